import { and, eq } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { recordEvent } from '../audit/in-transaction.ts'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { toActivationDto } from './activation-dto.ts'
import { lockLicense } from './license-facts.ts'
import { isFloating } from './rules.ts'

/**
 * Frees one device in the open transaction. `fromBudget` counts it among the license's deactivations; a pool's seats come and
 * go uncounted. Returns false when the device is gone already.
 * @throws DEACTIVATION_LIMIT_REACHED when the budget is used up; the device stays
 */
export async function freeDevice(
  ctx: Ctx,
  device: { activationId: string; licenseId: string; fromBudget: boolean },
): Promise<boolean> {
  const facts = await lockLicense(ctx.db, ctx.accountId, device.licenseId)
  const isDevice = and(eq(activations.accountId, ctx.accountId), eq(activations.id, device.activationId))
  const [activation] = await ctx.db.select().from(activations).where(isDevice)
  if (!facts || !activation) return false
  const { license } = facts
  if (device.fromBudget && !isFloating(license)) {
    const { allowedDeactivations: allowed, totalDeactivations: used } = license
    if (allowed >= 0 && used >= allowed) {
      throw new AppError('DEACTIVATION_LIMIT_REACHED', 'This license has no deactivations left.')
    }
    await ctx.db
      .update(licenses)
      .set({ totalDeactivations: used + 1 })
      .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.id, license.id)))
  }
  await ctx.db.delete(activations).where(isDevice)
  recordEvent(ctx, {
    event: 'activation.deleted',
    resource: 'activation',
    resourceId: activation.id,
    userId: license.userId,
    changes: { licenseId: license.id, productId: license.productId, os: activation.os },
    snapshot: toActivationDto(activation),
    ...(license.userId && { personal: { hostname: activation.hostname } }),
  })
  return true
}
