import { and, eq } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { giveBackUses } from '../meters/give-back-uses.ts'
import { toActivationDto } from './activation-dto.ts'
import type { Activation } from './activation-token.ts'
import { type License, type LicenseFacts, lockLicense } from './license-facts.ts'
import { type LoggedAction, logActivation } from './log-activation.ts'
import { isFloating } from './rules.ts'

/**
 * Frees one device in the open transaction. `fromBudget` counts it among the license's deactivations; those of a pool are not
 * counted. Returns the freed device, or undefined if it is gone already.
 * @throws DEACTIVATION_LIMIT_REACHED when the budget is used up; the device stays
 */
export async function freeDevice(
  ctx: Ctx,
  device: { activationId: string; licenseId: string; fromBudget: boolean },
): Promise<{ facts: LicenseFacts; activation: Activation } | undefined> {
  const facts = await lockLicense(ctx.db, ctx.accountId, device.licenseId)
  const [activation] = await ctx.db
    .select()
    .from(activations)
    .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, device.activationId)))
  if (!facts || !activation) return undefined
  await freeLocked(ctx, facts.license, activation, { action: 'deactivate', fromBudget: device.fromBudget })
  return { facts, activation }
}

/**
 * Frees a device whose license's row is locked: gives back its uses of floating counters, deletes the row, audits and logs.
 * Returns the license's deactivations afterwards.
 * @throws DEACTIVATION_LIMIT_REACHED
 */
export async function freeLocked(
  ctx: Ctx,
  license: License,
  activation: Activation,
  how: { action: LoggedAction; fromBudget: boolean },
): Promise<{ totalDeactivations: number }> {
  let { totalDeactivations } = license
  if (how.fromBudget && !isFloating(license)) {
    assertDeactivationLeft(license)
    totalDeactivations += 1
    await ctx.db
      .update(licenses)
      .set({ totalDeactivations })
      .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.id, license.id)))
  }
  await giveBackUses(ctx, { activationIds: [activation.id] })
  await ctx.db
    .delete(activations)
    .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, activation.id)))
  await logActivation(ctx, how.action, { license, activation })
  recordEvent(ctx, {
    event: 'activation.deleted',
    resource: 'activation',
    resourceId: activation.id,
    userId: license.userId,
    changes: {
      licenseId: license.id,
      productId: license.productId,
      os: activation.os,
      ...(how.action !== 'deactivate' && { reason: how.action }),
    },
    snapshot: toActivationDto(activation),
    ...(license.userId && { personal: { hostname: activation.hostname } }),
  })
  return { totalDeactivations }
}

/** @throws DEACTIVATION_LIMIT_REACHED when the license's deactivations are used up */
function assertDeactivationLeft(license: Pick<License, 'allowedDeactivations' | 'totalDeactivations'>): void {
  const { allowedDeactivations: allowed, totalDeactivations: used } = license
  if (allowed >= 0 && used >= allowed) {
    throw new AppError('DEACTIVATION_LIMIT_REACHED', 'This license has no deactivations left.')
  }
}
