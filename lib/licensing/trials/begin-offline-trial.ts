import { SignJWT } from 'jose'
import { z } from 'zod'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { id } from '#lib/core/input/fields.ts'
import { keepPublished } from '#lib/vendor/signing/keep-published.ts'
import { productPrivateKeys } from '#lib/vendor/signing/product-private-keys.ts'
import { productSigningKey } from '#lib/vendor/signing/product-signing-key.ts'
import { OfflineActivateInput } from '../offline/offline-input.ts'
import { openOfflineRequest, unreadable } from '../offline/open-request.ts'
import { takeTrial } from './begin-trial.ts'
import { trialClaims } from './trial-token.ts'

const { offlineRequest, responseValidity } = OfflineActivateInput.shape

/** Body of `POST /v3/trial-activations/offline-activate`. */
export const OfflineTrialInput = z.object({ productId: id(), offlineRequest, responseValidity })
export type OfflineTrialInput = z.output<typeof OfflineTrialInput>

export const OfflineTrialDto = z.object({
  offlineResponse: z.string().meta({ description: 'To be brought to the device, as a file or as text.' }),
})
export type OfflineTrialDto = z.output<typeof OfflineTrialDto>

/**
 * Begins the trial of a device that has no connection, or answers the one it has had. Somebody else brings the request, so its
 * address is not the device's.
 * @throws INVALID_PRODUCT_ID, INVALID_OFFLINE_REQUEST also for another product's, and what `beginTrial` throws
 */
export function beginOfflineTrial(
  ctx: Authorized<'public'>,
  input: OfflineTrialInput,
): Promise<OfflineTrialDto> {
  return inTransaction(ctx, async (tx) => {
    const product = { accountId: tx.accountId, productId: input.productId }
    const keys = await productPrivateKeys(tx.db, product, tx.clock.now())
    // Every product has keys as long as it exists.
    if (keys.length === 0) throw new AppError('INVALID_PRODUCT_ID', 'There is no such product.')
    const request = openOfflineRequest(input.offlineRequest, keys)
    if (request.type !== 'trial' || request.productId.toLowerCase() !== input.productId) throw unreadable()
    const { type: _type, requestId, ...device } = request
    const facts = await takeTrial(tx, { ...device, requestId }, { offline: true })
    const at = tx.clock.now()
    const { kid, privateKey } = await productSigningKey(tx.db, product.accountId, product.productId)
    const ends = Math.floor(facts.trial.expiresAt.getTime() / 1000)
    const asked = Math.floor(at.getTime() / 1000) + input.responseValidity
    const until = input.responseValidity === 0 ? 0 : Math.min(asked, ends)
    // A public request must not keep a key published longer than the trial lasts.
    await keepPublished(tx.db, { accountId: tx.accountId, kid }, new Date((until || ends) * 1000))
    const claims = { ...trialClaims(facts, at), ssgpeat: until, orv: until, rid: requestId }
    const offlineResponse = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .sign(privateKey)
    return { offlineResponse }
  })
}
