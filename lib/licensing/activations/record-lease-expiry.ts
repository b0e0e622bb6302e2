import { and, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { giveBackUses } from '../meters/give-back-uses.ts'
import { toActivationDto } from './activation-dto.ts'

/** Licenses in one transaction; what is more comes in the next. */
const BATCH = 100
const MOST_BATCHES = 50

/** Records, once per lease, that a lease ended without being renewed, and gives back its device's uses of floating counters. */
export async function recordLeaseExpiry(ctx: Authorized<'system:work'>): Promise<void> {
  for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
    const found = await inTransaction(ctx, tellBatch)
    if (found < BATCH) return
  }
}

const isEnded = (ctx: Ctx, at: Date) =>
  and(
    eq(activations.accountId, ctx.accountId),
    isNotNull(activations.leaseExpiresAt),
    sql`${activations.leaseExpiredEventFor} is distinct from ${activations.leaseExpiresAt}`,
    lte(activations.leaseExpiresAt, at),
  )

/** Licenses are locked first, like when a place is taken, so that a lease that is being renewed is not ended here. */
async function tellBatch(ctx: Ctx): Promise<number> {
  const at = ctx.clock.now()
  const due = await ctx.db
    .selectDistinct({ id: activations.licenseId })
    .from(activations)
    .where(isEnded(ctx, at))
    .limit(BATCH)
  if (due.length === 0) return 0
  const locked = await ctx.db
    .select({ id: licenses.id, userId: licenses.userId })
    .from(licenses)
    .where(
      and(
        eq(licenses.accountId, ctx.accountId),
        inArray(
          licenses.id,
          due.map(({ id }) => id),
        ),
      ),
    )
    .for('update', { skipLocked: true })
  if (locked.length === 0) return 0
  const owners = new Map(locked.map(({ id, userId }) => [id, userId]))
  const ended = await ctx.db
    .update(activations)
    .set({ leaseExpiredEventFor: activations.leaseExpiresAt })
    .where(and(isEnded(ctx, at), inArray(activations.licenseId, [...owners.keys()])))
    .returning()
  await giveBackUses(ctx, { activationIds: ended.map(({ id }) => id) })
  for (const activation of ended) {
    recordEvent(ctx, {
      event: 'activation.lease-expired',
      resource: 'activation',
      resourceId: activation.id,
      userId: owners.get(activation.licenseId) ?? null,
      changes: {
        licenseId: activation.licenseId,
        productId: activation.productId,
        leaseExpiresAt: activation.leaseExpiresAt?.toISOString() ?? null,
      },
      snapshot: toActivationDto(activation),
    })
  }
  return due.length
}
