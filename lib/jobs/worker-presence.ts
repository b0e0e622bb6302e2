import { sql } from 'drizzle-orm'
import type { ReservedSql } from 'postgres'
import { type Db, sqlClient } from '#db/client.ts'
import { globalSlot } from '../global-slot.ts'
import { log } from '../logging/log.ts'

/** Jobs locked for less than this (real time, seconds) are left alone: their worker may be about to announce itself. */
const JUST_LOCKED_SECONDS = 3

interface Presence {
  connection: ReservedSql
  announced: Set<string>
}

const slot = globalSlot<Promise<Presence>>('worker-presence')

/**
 * Says that this worker lives, for as long as the process does: an advisory lock that the database drops with the
 * connection. The job runner itself would wait four hours for a worker that was killed.
 */
export async function announceWorker(workerId: string): Promise<void> {
  const opening =
    slot.get() ??
    sqlClient()
      .reserve()
      .then((connection) => ({ connection, announced: new Set<string>() }))
  slot.set(opening)
  try {
    const { connection, announced } = await opening
    if (announced.has(workerId)) return
    announced.add(workerId)
    await connection`select pg_advisory_lock_shared(hashtextextended(${workerId}, 0))`
  } catch (error) {
    slot.set(undefined)
    throw error
  }
}

/** Lets the connection go, so that the pool can end. Call when the worker has stopped. */
export async function withdrawWorkers(): Promise<void> {
  const opening = slot.get()
  slot.set(undefined)
  const presence = await opening?.catch(() => undefined)
  if (!presence) return
  await presence.connection`select pg_advisory_unlock_all()`.catch(() => undefined)
  presence.connection.release()
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
