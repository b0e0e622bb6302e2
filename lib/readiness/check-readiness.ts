import { sql } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { workerState } from '../worker-state.ts'

export type Check = 'ok' | 'failed' | 'off'

/** A database that does not answer within this time (ms) counts as away. */
const PATIENCE_MS = 2_000

/** What this process needs to do its work, each on its own. */
export async function checkReadiness(): Promise<{ database: Check; migrations: Check; worker: Check }> {
  const migrated = await Promise.race([hasSchema(), timeout()])
  const worker = workerState.get() ?? 'off'
  return {
    database: migrated === 'unreachable' ? 'failed' : 'ok',
    migrations: migrated === 'yes' ? 'ok' : 'failed',
    worker: worker === 'running' ? 'ok' : worker === 'off' ? 'off' : 'failed',
  }
}

async function hasSchema(): Promise<'yes' | 'no' | 'unreachable'> {
  try {
    const [row] = await db().execute<{ known: boolean }>(
      sql`select to_regclass('public.accounts') is not null and to_regclass('graphile_worker.jobs') is not null as known`,
    )
    return row?.known ? 'yes' : 'no'
  } catch {
    return 'unreachable'
  }
}

function timeout(): Promise<'unreachable'> {
  return new Promise((resolve) => setTimeout(() => resolve('unreachable'), PATIENCE_MS).unref())
}
