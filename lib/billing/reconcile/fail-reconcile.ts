import { and, eq } from 'drizzle-orm'
import { reconciliations, stripeEvents } from '#db/schema/billing.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { nextAttempt } from '#lib/core/jobs/backoff.ts'
import { log } from '#lib/core/logging/log.ts'
import { alertOperators } from '#lib/mail/alert-operators.ts'
import { LicensingError } from '../licensing-client/licensing-error.ts'
import { addReconcileJob } from './queue-reconcile.ts'

/** Writes down that a subject could not be reconciled, and when it is tried again: 5 s to 6 h, for three days, then dead. */
export async function failReconcile(
  ctx: Authorized<'system:work'>,
  subject: string,
  error: unknown,
): Promise<void> {
  const reason = reasonOf(error)
  await inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const key = and(eq(reconciliations.accountId, tx.accountId), eq(reconciliations.subject, subject))
    const fresh = { accountId: tx.accountId, subject, state: 'due' as const, dueAt: now }
    await tx.db
      .insert(reconciliations)
      .values({ ...fresh, createdAt: now, updatedAt: now })
      .onConflictDoNothing()
    const [row] = await tx.db.select().from(reconciliations).where(key).for('update')
    if (!row) return
    const attempts = row.attempts + 1
    const failingSince = row.failingSince ?? now
    const isPermanent = error instanceof LicensingError && !error.retryable
    const dueAt = isPermanent ? null : nextAttempt(now, attempts, failingSince)
    log().warn({ subject, attempts, reason, dueAt }, 'a payment could not be reconciled')
    await tx.db
      .update(reconciliations)
      .set({
        state: dueAt ? 'due' : 'dead',
        dueAt: dueAt ?? row.dueAt,
        attempts,
        failingSince,
        lastError: reason,
        updatedAt: now,
      })
      .where(key)
    if (dueAt) await addReconcileJob(tx, subject, dueAt)
    else {
      await buryEvents(tx, subject, reason)
      await alertOperators(tx, subject, {
        title: 'A payment could not become a license',
        sentence: `The payment ${subject} was given up. Its order says why, and lets you try again.`,
        path: `/dashboard/orders?query=${subject}`,
      })
    }
  })
}

async function buryEvents(tx: Authorized<'system:work'>, subject: string, reason: string): Promise<void> {
  await tx.db
    .update(stripeEvents)
    .set({ status: 'dead', note: reason, handledAt: tx.clock.now() })
    .where(
      and(
        eq(stripeEvents.accountId, tx.accountId),
        eq(stripeEvents.subject, subject),
        eq(stripeEvents.status, 'pending'),
      ),
    )
}

/** For operators. An SQL error quotes its parameters: only its name is kept. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error instanceof LicensingError) return error.message.slice(0, 500)
  const type = 'type' in error && typeof error.type === 'string' ? error.type : error.name
  const isProvider = type.startsWith('Stripe')
  return isProvider ? `${type}: ${error.message}`.slice(0, 500) : type
}
