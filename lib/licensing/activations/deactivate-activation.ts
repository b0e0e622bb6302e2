import { z } from 'zod'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { permissionsOf } from '#lib/core/actor.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { FINGERPRINT_LENGTH } from './activation-input.ts'
import { type FoundActivation, findActivation } from './find-activation.ts'
import { freeDevice } from './free-device.ts'
import { provenKey } from './license-facts.ts'
import { activationNotFound } from './rules.ts'
import { isOwnFingerprint } from './structured-fingerprint.ts'

const given = (max: number) =>
  z
    .string()
    .max(max)
    .nullish()
    .transform((value) => value?.trim() || undefined)

/** What a device may send with its deactivation. Every given value must match. */
export const DeactivationInput = z.object({
  key: given(1024),
  fingerprint: given(FINGERPRINT_LENGTH.max),
  productId: given(1024),
})
export type DeactivationInput = z.output<typeof DeactivationInput>

/**
 * Frees a device at its own request, within the license's deactivations. Knowing the id is no proof; see `isProven`.
 * @throws ACTIVATION_NOT_FOUND also without proof, DEACTIVATION_LIMIT_REACHED
 */
export async function deactivateActivation(
  ctx: Authorized<'public'>,
  { id, ...shown }: DeactivationInput & { id: string },
): Promise<undefined> {
  const found = await findActivation(ctx.db, { accountId: ctx.accountId, id, at: ctx.clock.now() })
  if (!found || !(await isProven(ctx, found, shown))) throw activationNotFound()
  const device = { activationId: id, licenseId: found.license.id, fromBudget: true }
  if (!(await inTransaction(ctx, (tx) => freeDevice(tx, device)))) throw activationNotFound()
}

/**
 * The license key proves it; so does a bearer that may write licenses, or the owner's. Clients of the original that send
 * neither are accepted from the address at which the device was last seen (docs/decisions/0003).
 */
async function isProven(
  ctx: Ctx,
  { license, activation }: FoundActivation,
  shown: DeactivationInput,
): Promise<boolean> {
  if (shown.productId && shown.productId.toLowerCase() !== license.productId) return false
  const strategy = license.fingerprintMatchingStrategy
  if (shown.fingerprint && !isOwnFingerprint(activation.fingerprint, shown.fingerprint, strategy))
    return false
  if (shown.key) return (await provenKey(ctx, license, shown.key)) !== undefined
  if (permissionsOf(ctx.actor).has('license:write')) return true
  if (ctx.actor.kind === 'customer') return ctx.actor.userId === license.userId
  return ctx.ip !== null && ctx.ip === activation.ip
}
