import { and, eq, isNull } from 'drizzle-orm'
import { operatorSessions } from '#db/schema/operators.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'

/** Ends the operator's session, so that a copy of its cookie opens nothing. Signed out already: nothing happens. */
export async function signOutOperator(ctx: Authorized<'public'>): Promise<void> {
  const { actor } = ctx
  if (actor.kind !== 'operator') return
  await inTransaction(ctx, async (tx) => {
    const ended = await tx.db
      .update(operatorSessions)
      .set({ revokedAt: tx.clock.now() })
      .where(
        and(
          eq(operatorSessions.accountId, tx.accountId),
          eq(operatorSessions.id, actor.sessionId),
          isNull(operatorSessions.revokedAt),
        ),
      )
      .returning({ id: operatorSessions.id })
    if (ended.length === 0) return
    recordEvent(tx, { event: 'operator.signed-out', resource: 'operator', resourceId: actor.operatorId })
  })
}
