import { SignJWT } from 'jose'
import type { Ctx } from '#lib/core/context.ts'
import { keepPublished } from '#lib/vendor/signing/keep-published.ts'
import { productSigningKey } from '#lib/vendor/signing/product-signing-key.ts'
import {
  type ActivationClaims,
  activationClaims,
  entitlementClaims,
  type TokenFacts,
} from '../activations/activation-token.ts'
import type { OfflineResponseDto } from './offline-input.ts'

/** Claims that a device needs to run. A short response leaves the others out. */
const ESSENTIAL = 'iat aid lid pid key type fp suspended eat leat ssi ssgpeat aco orv rid ent'.split(' ')

/**
 * Answers a device's request: an activation token that counts until `orv` (unix seconds, 0 = without end), asks for no
 * synchronizing, and names the request (`rid`), so that only the installation that asked can use it. A response is one text, so
 * it holds the second token's entitlements as `ent`, if the license has any.
 */
export async function signOfflineResponse(
  ctx: Ctx,
  facts: TokenFacts,
  { at, requestId, validity }: { at: Date; requestId: string; validity: number },
): Promise<OfflineResponseDto> {
  const { accountId, productId } = facts.license
  const { kid, privateKey } = await productSigningKey(ctx.db, accountId, productId)
  const until = validity === 0 ? null : new Date(at.getTime() + validity * 1000)
  if (until) await keepPublished(ctx.db, { accountId, kid }, until)
  const online = activationClaims({ ...facts, ...(until && { offlineValidUntil: until }) }, at)
  const entitlements = entitlementClaims(facts, at)?.entitlements
  const claims: ActivationClaims = {
    ...online,
    ssi: 0,
    ssgpeat: online.orv ?? 0,
    rid: requestId,
    ...(entitlements && { ent: entitlements }),
  }
  const sign = (content: ActivationClaims) =>
    new SignJWT(content).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey)
  const essential = Object.entries({
    ...claims,
    // Display texts take the most space, and programs ask by name, so they are left out.
    ...(entitlements && { ent: entitlements.map(({ featureDisplayName: _long, ...entry }) => entry) }),
  }).filter(([name]) => ESSENTIAL.includes(name))
  const [offlineResponse, shortResponse] = await Promise.all([
    sign(claims),
    sign(Object.fromEntries(essential)),
  ])
  return { offlineResponse, shortResponse }
}
