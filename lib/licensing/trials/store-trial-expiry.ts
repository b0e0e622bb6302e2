import { and, eq } from 'drizzle-orm'
import { trialActivations } from '#db/schema/trials.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { Trial } from './trial-dto.ts'

/** Years have four digits, for databases and clients alike. */
const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Gives a locked trial another end, which its device learns when it next asks.
 * @throws INVALID_INPUT beyond the year 9999, naming the field
 */
export async function storeTrialExpiry(
  ctx: Ctx,
  trial: Trial,
  change: {
    expiresAt: Date
    event: 'trial-activation.extended' | 'trial-activation.expiresAt.updated'
    field: string
  },
): Promise<Trial> {
  if (!(change.expiresAt.getTime() <= LAST_MOMENT)) {
    throw fieldError(change.field, 'the trial would end after the year 9999')
  }
  const [row] = await ctx.db
    .update(trialActivations)
    .set({ expiresAt: change.expiresAt, updatedAt: ctx.clock.now() })
    .where(and(eq(trialActivations.accountId, ctx.accountId), eq(trialActivations.id, trial.id)))
    .returning()
  if (!row) throw new Error('a trial vanished though it was locked')
  recordEvent(ctx, {
    event: change.event,
    resource: 'trial-activation',
    resourceId: trial.id,
    changes: { expiresAt: change.expiresAt.toISOString() },
  })
  return row
}
