import { inTransaction } from '../audit/in-transaction.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import type { ActivationInput } from './activation-input.ts'
import type { TokenFacts } from './activation-token.ts'
import type { ActivationTokenDto } from './activation-token-dto.ts'
import { type FoundActivation, findActivation } from './find-activation.ts'
import { countOtherDevices } from './holds-seat.ts'
import { isKeyOf, lockLicense } from './license-facts.ts'
import { refreshDevice } from './refresh-device.ts'
import { activationNotFound, assertUsable, deviceLimit, isFloating, limitReached } from './rules.ts'
import { signActivationToken } from './sign-activation-token.ts'

/**
 * Exchanges a device's token for a fresh one. The license key of that activation is the proof; a pool's lease is renewed, or
 * taken again where it ended and a seat is free.
 * @throws ACTIVATION_NOT_FOUND also for a key or product that is not the activation's, INVALID_ACTIVATION_FINGERPRINT for
 *   another computer, and what `assertUsable` throws; nothing is written then
 */
export async function syncActivation(
  ctx: Authorized<'public'>,
  { id, ...input }: ActivationInput & { id: string },
): Promise<ActivationTokenDto> {
  const at = ctx.clock.now()
  const found = await findActivation(ctx.db, { accountId: ctx.accountId, id, at })
  if (!found || !isKeyOf(found.license, input.key)) throw activationNotFound()
  if (found.license.productId !== input.productId.toLowerCase()) throw activationNotFound()
  assertSameDevice(found, input)
  assertUsable(found.license, input, { at, ip: ctx.ip, countryCode: null })
  const facts = isFloating(found.license)
    ? await inTransaction(ctx, (tx) => renewLease(tx, found, input))
    : { ...found, key: input.key, activation: await refreshDevice(ctx, found, input, at) }
  return signActivationToken(ctx.db, facts, at)
}

function assertSameDevice({ license, activation }: FoundActivation, input: ActivationInput): void {
  const isOtherUser = license.userLocked && activation.userHash !== input.userHash
  if (activation.fingerprint !== input.fingerprint || isOtherUser) {
    throw new AppError('INVALID_ACTIVATION_FINGERPRINT', 'This activation belongs to another computer.')
  }
}

/** Under the license's lock: a lease that ended is a seat like any other, and may be gone. */
async function renewLease(ctx: Ctx, found: FoundActivation, input: ActivationInput): Promise<TokenFacts> {
  const facts = await lockLicense(ctx.db, ctx.accountId, found.license.id)
  if (!facts) throw activationNotFound()
  const at = ctx.clock.now()
  assertUsable(facts.license, input, { at, ip: ctx.ip, countryCode: null })
  const fresh = await findActivation(ctx.db, { accountId: ctx.accountId, id: found.activation.id, at })
  if (!fresh) throw activationNotFound()
  const others = await countOtherDevices(ctx.db, {
    accountId: ctx.accountId,
    licenseId: facts.license.id,
    except: fresh.activation.id,
    at,
  })
  const limit = deviceLimit(facts.license)
  const ended = fresh.activation.leaseExpiresAt !== null && fresh.activation.leaseExpiresAt <= at
  if (ended && limit !== null && others >= limit) throw limitReached(limit)
  const activation = await refreshDevice(ctx, fresh, input, at)
  return { ...facts, activation, key: input.key, devicesInUse: others + 1 }
}
