import { sql } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { reachOwnWebApi } from '#lib/billing/licensing-client/reach.ts'
import { env } from '#lib/core/env.ts'
import { isCanary } from '#lib/core/key-store/canary.ts'
import { forgetKeys, openedKeyIds } from '#lib/core/key-store/lasting-keys.ts'
import { workerState } from '#lib/core/worker-state.ts'

export type Check = 'ok' | 'failed' | 'off'

export interface Readiness {
  /** The parts that this process needs in order to answer, each tried by itself. */
  checks: Record<'database' | 'migrations' | 'secretKey' | 'webApi' | 'worker', Check>
  /** Parts that are away although requests are answered. They are no reason to send requests elsewhere. */
  degraded: string[]
}

/** A part that does not answer within this time (ms) counts as away. */
const PATIENCE_MS = 2_000

/** Tries what this process needs to do its work. */
export async function checkReadiness(): Promise<Readiness> {
  const [state, webApi, payments] = await Promise.all([
    Promise.race([databaseState(), timeout()]),
    reachOwnWebApi(PATIENCE_MS),
    reachSimulatedPayments(),
  ])
  const worker = workerState.get() ?? 'off'
  return {
    checks: {
      database: state ? 'ok' : 'failed',
      migrations: state?.canaries ? 'ok' : 'failed',
      secretKey: state?.canaries?.some(({ kid, sealed }) => isCanary(kid, sealed)) ? 'ok' : 'failed',
      webApi,
      worker: worker === 'running' ? 'ok' : worker === 'off' ? 'off' : 'failed',
    },
    degraded: payments === 'failed' ? ['simulated payments'] : [],
  }
}

interface DatabaseState {
  /** Undefined where the schema is missing. */
  canaries: { kid: string; sealed: string }[] | undefined
}

/** Undefined when the database does not answer. */
async function databaseState(): Promise<DatabaseState | undefined> {
  try {
    const [row] = await db().execute<{ known: boolean }>(sql`
      select to_regclass('public.secret_key_canaries') is not null and to_regclass('graphile_worker.jobs') is not null
        as known`)
    if (!row?.known) return { canaries: undefined }
    // Each time: somebody may have put another database in this one's place.
    const [found] = await db().execute<{ canaries: DatabaseState['canaries']; keyIds: string[] }>(sql`
      select
        (select coalesce(json_agg(json_build_object('kid', kid, 'sealed', sealed)), '[]') from secret_key_canaries)
          as canaries,
        array(select id::text from lasting_keys order by 1) as "keyIds"`)
    const opened = await openedKeyIds().catch(() => undefined)
    if (found && opened && opened.join() !== found.keyIds.join()) forgetKeys()
    return { canaries: found?.canaries }
  } catch {
    return undefined
  }
}

/** Whether the Stripe emulator answers at all. */
async function reachSimulatedPayments(): Promise<Check> {
  const { BILLING_MODE, STRIPE_API_BASE } = env()
  if (BILLING_MODE !== 'test' || !STRIPE_API_BASE) return 'off'
  try {
    await fetch(STRIPE_API_BASE, { signal: AbortSignal.timeout(PATIENCE_MS) })
    return 'ok'
  } catch {
    return 'failed'
  }
}

function timeout(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS).unref())
}
