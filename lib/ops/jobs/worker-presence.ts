import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { type Db, databaseUrl } from '#db/client.ts'
import { log } from '#lib/core/logging/log.ts'
import { processSlot } from '#lib/core/process-slot.ts'

/** Jobs locked for less than this (real time, seconds) are left alone: their worker may be about to announce itself. */
const JUST_LOCKED_SECONDS = 3

interface Presence {
  /** A connection of its own: the locks live exactly as long as it does. */
  client: postgres.Sql
  announced: Set<string>
}

const slot = processSlot<Presence>('worker-presence')

/**
 * Says that this worker lives, for as long as the process does: an advisory lock that the database drops with the
 * connection. The job runner itself would wait four hours for a worker that was killed.
 */
export async function announceWorker(workerId: string): Promise<void> {
  const { client, announced } = slot.get() ?? open()
  if (announced.has(workerId)) return
  announced.add(workerId)
  try {
    await client`select pg_advisory_lock_shared(hashtextextended(${workerId}, 0))`
  } catch (error) {
    announced.delete(workerId)
    throw error
  }
}

function open(): Presence {
  const announced = new Set<string>()
  const client = postgres(databaseUrl(), {
    max: 1,
    max_lifetime: null,
    onnotice: () => undefined,
    // The locks went with the connection. It is made anew when the next job announces its worker.
    onclose: () => announced.clear(),
  })
  const presence = { client, announced }
  slot.set(presence)
  return presence
}

/** Lets the connection go, and the locks with it. Call when the worker has stopped. */
export async function withdrawWorkers(): Promise<void> {
  const presence = slot.get()
  slot.set(undefined)
  await presence?.client.end({ timeout: 5 })
}

/** Frees the jobs and queues of workers that are gone, so that others do them now. Returns how many workers were gone. */
export async function releaseDeadWorkers(db: Db, lockedForSeconds = JUST_LOCKED_SECONDS): Promise<number> {
  return db.transaction(async (tx) => {
    const locked = await tx.execute<{ worker: string }>(sql`
      select distinct locked_by as worker from (
        select locked_by, locked_at from graphile_worker._private_jobs
        union all
        select locked_by, locked_at from graphile_worker._private_job_queues
      ) as held
      where locked_by is not null and locked_at < clock_timestamp() - make_interval(secs => ${lockedForSeconds})`)
    const gone: string[] = []
    for (const { worker } of locked) {
      const [answer] = await tx.execute<{ free: boolean }>(
        sql`select pg_try_advisory_xact_lock(hashtextextended(${worker}, 0)) as free`,
      )
      if (answer?.free) gone.push(worker)
    }
    if (gone.length === 0) return 0
    log().warn({ workers: gone.length }, 'jobs of workers that are gone were freed')
    await tx.execute(sql`
      select graphile_worker.force_unlock_workers(array(select jsonb_array_elements_text(${JSON.stringify(gone)}::jsonb)))`)
    return gone.length
  })
}
