import { and, eq, lt, ne } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import { addInterval } from '#lib/catalog/templates/interval.ts'
import type { Ctx } from '#lib/core/context.ts'
import { applyMeterChanges } from '../meters/apply-changes.ts'
import type { ActivationInput } from './activation-input.ts'
import type { TokenFacts } from './activation-token.ts'
import { readDeviceState } from './device-state.ts'
import type { License, LicenseFacts } from './license-facts.ts'
import { isHigherVersion } from './release-version.ts'
import { DevicesInUse, deviceLimit, isFloating } from './rules.ts'
import { storeDevice } from './store-device.ts'
import { swapDevice } from './swap-device.ts'

/** A device whose lease ended keeps its row this long, so that its next sync takes a place without typing the key again. */
const ENDED_LEASE_KEPT_MS = 30 * 86_400_000

/**
 * Gives a device its place in the open transaction, all of it or nothing: place, swap, counters, log. The license's row must be
 * locked and everything but the number of devices checked. `refuseUnknown` checks devices that the license does not know.
 * @throws ACTIVATION_LIMIT_REACHED (`DevicesInUse`), DEVICE_SWAP_LIMIT_REACHED, and what the counters throw
 */
export async function takeDevice(
  ctx: Ctx,
  facts: LicenseFacts,
  input: ActivationInput,
  options: { at: Date; offline: boolean; refuseUnknown?: () => Error },
): Promise<Omit<TokenFacts, 'key'>> {
  const { at, offline } = options
  const state = await readDeviceState(ctx, facts.license, input, at)
  if (!state.known && options.refuseUnknown) throw options.refuseUnknown()

  let { license } = facts
  let { others } = state
  const limit = deviceLimit(license)
  const isFull = () => !state.isHolder && limit !== null && others >= limit
  if (!state.isHolder && input.replace && (isFull() || input.replace !== 'oldest')) {
    const swapped = await swapDevice(ctx, facts, { replace: input.replace, except: state.known?.id, at })
    if (swapped) {
      others -= 1
      license = { ...license, totalDeactivations: swapped.totalDeactivations }
    }
  }
  if (isFull()) throw new DevicesInUse(facts, limit ?? 0)

  license = await noteActivation(ctx, license, input, at)
  if (isFloating(license)) await dropLongEndedLeases(ctx, license, state.known?.id, at)
  const isNew = !state.isHolder
  const activation = await storeDevice(ctx, license, { known: state.known, input, at, offline, isNew })
  const counters = {
    licenseId: license.id,
    activationId: activation.id,
    licenseMeters: state.licenseMeters,
    activationMeters: state.activationMeters,
  }
  const { licenseMeters, activationMeters } = input.meterAttributes?.length
    ? await applyMeterChanges(ctx, counters, input.meterAttributes, at)
    : counters
  return { ...facts, license, activation, devicesInUse: others + 1, licenseMeters, activationMeters }
}

/**
 * The first device starts a subscription that begins with activation. An expiry that was set meanwhile stays. The highest
 * release that a device ran is kept.
 */
export async function noteActivation(
  ctx: Ctx,
  license: License,
  { releaseVersion }: Pick<ActivationInput, 'releaseVersion'>,
  at: Date,
): Promise<License> {
  const isFirst = license.firstActivatedAt === null
  const isHigher = isHigherVersion(releaseVersion, license.currentReleaseVersion)
  if (!isFirst && !isHigher) return license
  const starts =
    isFirst &&
    license.subscriptionStartTrigger === 'activation' &&
    license.subscriptionInterval &&
    !license.expiresAt
  const changes = {
    ...(isHigher && { currentReleaseVersion: releaseVersion }),
    ...(isFirst && {
      firstActivatedAt: at,
      expiresAt: starts ? addInterval(at, license.subscriptionInterval) : license.expiresAt,
      updatedAt: at,
    }),
  }
  await ctx.db
    .update(licenses)
    .set(changes)
    .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.id, license.id)))
  const noted = { ...license, ...changes }
  if (isFirst) {
    recordEvent(ctx, {
      event: 'license.first-activated',
      resource: 'license',
      resourceId: license.id,
      userId: license.userId,
      changes: { firstActivatedAt: at.toISOString(), expiresAt: noted.expiresAt?.toISOString() ?? null },
    })
  }
  return noted
}

async function dropLongEndedLeases(
  ctx: Ctx,
  license: License,
  except: string | undefined,
  at: Date,
): Promise<void> {
  await ctx.db
    .delete(activations)
    .where(
      and(
        eq(activations.accountId, ctx.accountId),
        eq(activations.licenseId, license.id),
        lt(activations.leaseExpiresAt, new Date(at.getTime() - ENDED_LEASE_KEPT_MS)),
        except === undefined ? undefined : ne(activations.id, except),
      ),
    )
}
