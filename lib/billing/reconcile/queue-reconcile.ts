import { sql } from 'drizzle-orm'
import { reconciliations } from '#db/schema/billing.ts'
import type { Ctx } from '#lib/core/context.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'

/**
 * Says that a subject must be looked at now, in the caller's transaction. The row is what is owed; the job is how it is
 * done soon. One subject is never worked on twice at once: its jobs share a queue.
 */
export async function queueReconcile(ctx: Ctx, subject: string): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db
    .insert(reconciliations)
    .values({
      accountId: ctx.accountId,
      subject,
      state: 'due',
      dueAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoUpdate({
      target: [reconciliations.accountId, reconciliations.subject],
      set: {
        state: 'due',
        dueAt: now,
        updatedAt: now,
        // A subject that was given up gets three new days.
        attempts: sql`case when ${reconciliations.state} = 'dead' then 0 else ${reconciliations.attempts} end`,
        failingSince: sql`case when ${reconciliations.state} = 'dead' then null else ${reconciliations.failingSince} end`,
      },
    })
  await addReconcileJob(ctx, subject)
}

/** Queues the job alone, for a subject whose row says when it is due. */
export async function addReconcileJob(ctx: Ctx, subject: string, runAt?: Date): Promise<void> {
  const name = `reconcile:${subject}`
  await addJob(
    ctx.db,
    'reconcile',
    { accountId: ctx.accountId, subject },
    { queue: name, key: name, ...(runAt && { runAt }) },
  )
}
