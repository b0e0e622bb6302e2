import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { countryOf } from '../geo/country-of.ts'
import { applyMeterChanges } from '../meters/apply-changes.ts'
import type { ActivationTokenDto } from './activation-dto.ts'
import type { ActivationInput } from './activation-input.ts'
import type { TokenFacts } from './activation-token.ts'
import { changedColumns, deviceColumns } from './device-columns.ts'
import { type FoundActivation, findActivation } from './find-activation.ts'
import { goneActivation } from './gone-activation.ts'
import { countOtherDevices } from './holds-seat.ts'
import { lockLicense, provenKey } from './license-facts.ts'
import { logActivation } from './log-activation.ts'
import { isAnothersFingerprint, noteNewFingerprint } from './new-fingerprint.ts'
import { refreshDevice, signOfLife } from './refresh-device.ts'
import { assertReleaseAllowed } from './release-rules.ts'
import { isHigherVersion } from './release-version.ts'
import { reportingFull } from './report-full.ts'
import { activationNotFound, assertUsable, DevicesInUse, deviceLimit, isFloating } from './rules.ts'
import { signActivationToken } from './sign-activation-token.ts'
import { isOwnFingerprint } from './structured-fingerprint.ts'
import { noteActivation } from './take-device.ts'

/**
 * Exchanges a device's token for a fresh one. The license key of that activation is the proof; a pool's lease is renewed, or
 * taken again where it ended and a seat is free.
 * @throws ACTIVATION_NOT_FOUND also for a key or product that is not the activation's, INVALID_ACTIVATION_FINGERPRINT for
 *   another computer, what the rules and the counters throw; nothing is written then
 */
export async function syncActivation(
  ctx: Authorized<'public'>,
  { id, ...input }: ActivationInput & { id: string },
): Promise<ActivationTokenDto> {
  const at = ctx.clock.now()
  const found = await findActivation(ctx.db, { accountId: ctx.accountId, id, at })
  const key = found && (await keyProving(ctx, found, input))
  if (!found || key === undefined) throw await goneActivation(ctx, id, input.key)
  assertSameDevice(found, input)
  assertUsable(found.license, input, { at, ip: ctx.ip, countryCode: countryOf(ctx.ip) })
  await assertReleaseAllowed(ctx, found.license, input, at)
  const changes = changesOf(found.activation, input, at)
  const { requestId } = input
  if (needsLock(found, input, changes)) {
    const facts = await reportingFull(ctx, () => inTransaction(ctx, (tx) => refreshLocked(tx, found, input)))
    return signActivationToken(ctx.db, { ...facts, key, requestId }, facts.activation.lastSyncedAt)
  }
  const state = signOfLife(ctx, found, { leaseDuration: input.leaseDuration, at })
  const facts = { ...found, activation: { ...found.activation, ...state }, key, requestId }
  // Signs while the sign of life is written. If the device turns out to be gone, the token is discarded.
  const [token] = await Promise.all([
    signActivationToken(ctx.db, facts, at),
    refreshDevice(ctx, found.activation, state),
  ])
  return token
}

async function keyProving(ctx: Ctx, { license }: FoundActivation, input: ActivationInput) {
  return license.productId === input.productId.toLowerCase() ? provenKey(ctx, license, input.key) : undefined
}

function assertSameDevice({ license, activation }: FoundActivation, input: ActivationInput): void {
  const isOtherUser = license.userLocked && activation.userHash !== input.userHash
  const strategy = license.fingerprintMatchingStrategy
  if (!isOwnFingerprint(activation.fingerprint, input.fingerprint, strategy) || isOtherUser) {
    throw anotherComputer()
  }
}

function anotherComputer(): AppError {
  return new AppError('INVALID_ACTIVATION_FINGERPRINT', 'This activation belongs to another computer.')
}

/** Most syncs only say "still here" and need one statement. Changes of places, counters or the license go through its lock. */
function needsLock({ license }: FoundActivation, input: ActivationInput, changes: Changes): boolean {
  return (
    isFloating(license) ||
    Boolean(input.meterAttributes?.length) ||
    isHigherVersion(input.releaseVersion, license.currentReleaseVersion) ||
    Object.keys(changes).length > 0
  )
}

type Changes = ReturnType<typeof changesOf>

function changesOf(activation: FoundActivation['activation'], input: ActivationInput, at: Date) {
  return changedColumns(activation, deviceColumns(input, activation.metadata, at))
}

/** Under the license's lock, because the place of an ended lease may be taken by now. */
async function refreshLocked(
  ctx: Ctx,
  found: FoundActivation,
  input: ActivationInput,
): Promise<Omit<TokenFacts, 'key'>> {
  const facts = await lockLicense(ctx.db, ctx.accountId, found.license.id)
  if (!facts) throw activationNotFound()
  const at = ctx.clock.now()
  assertUsable(facts.license, input, { at, ip: ctx.ip, countryCode: countryOf(ctx.ip) })
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
  if (ended && limit !== null && others >= limit) throw new DevicesInUse(facts, limit)
  assertSameDevice(fresh, input)
  const news = changesOf(fresh.activation, input, at)
  if (news.fingerprint && (await isAnothersFingerprint(ctx, fresh.activation, news.fingerprint))) {
    throw anotherComputer()
  }
  const changes = await noteNewFingerprint(ctx, facts.license, fresh.activation, news)
  const isDifferent = Object.keys(changes).length > 0
  const license = await noteActivation(ctx, facts.license, input, at)
  const state = signOfLife(ctx, { ...fresh, license }, { leaseDuration: input.leaseDuration, at })
  const activation = await refreshDevice(ctx, fresh.activation, state, changes)
  if (isDifferent || ended) await logActivation(ctx, 'sync', { license, activation })
  const { licenseMeters, activationMeters } = input.meterAttributes?.length
    ? await applyMeterChanges(
        ctx,
        { ...fresh, licenseId: license.id, activationId: activation.id },
        input.meterAttributes,
        at,
      )
    : fresh
  return { ...facts, license, activation, devicesInUse: others + 1, licenseMeters, activationMeters }
}
