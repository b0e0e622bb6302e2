import { sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { clockOffset } from '../clock.ts'

/** Every task the worker knows, with its payload: ids only, never a personal value or a secret. */
export interface Tasks {
  reconcile: { accountId: string; subject: string }
  'send-mail': { accountId: string; mailId: string }
  /** The address is sealed, so that a look at the queue tells nobody who asked for a new password. */
  'password-reset': { accountId: string; requestId: string; sealedEmail: string }
  /** Queues everything that is due. Runs each minute, and at once after a jump of the test clock. */
  'due-work': Record<string, never>
  'deliver-webhook': { accountId: string; webhookId: string; resourceId: string }
  'sweep-payments': Record<string, never>
  'sweep-subscriptions': Record<string, never>
  /** Closes the payment pages of somebody who was banned; tried again while the provider is away. */
  'end-checkouts': { accountId: string; userId: string }
  /** Empties stored answers about an erased user whose requests began during the erasure. */
  'forget-answers': { accountId: string; userId: string }
  purge: Record<string, never>
}

/**
 * Queues a job inside the caller's transaction: it exists if and only if the transaction commits.
 * Jobs with one `queue` run one after another; one `key` keeps at most one waiting job. `runAt` is a time of `ctx.clock`;
 * the job runner itself follows real time. Jobs with a `flag` can be held back by the worker.
 */
export async function addJob<T extends keyof Tasks>(
  db: Executor,
  task: T,
  payload: Tasks[T],
  options: { queue?: string; key?: string; runAt?: Date; maxAttempts?: number; flag?: string } = {},
): Promise<void> {
  const runAt = options.runAt ? new Date(options.runAt.getTime() - clockOffset()).toISOString() : null
  await db.execute(sql`
    select graphile_worker.add_job(
      identifier => ${task}::text,
      payload => ${JSON.stringify(payload)}::json,
      queue_name => ${options.queue ?? null}::text,
      run_at => ${runAt}::timestamptz,
      max_attempts => ${options.maxAttempts ?? null}::int,
      job_key => ${options.key ?? null}::text,
      flags => case when ${options.flag ?? null}::text is null then null else array[${options.flag ?? null}::text] end
    )`)
}
