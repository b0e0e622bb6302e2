import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { lockReferences, lockUserGroups } from '#lib/catalog/lock-references.ts'
import { addInterval } from '#lib/catalog/templates/interval.ts'
import { storedKeyPattern } from '#lib/catalog/templates/key-pattern.ts'
import { rulesFromInput } from '#lib/catalog/templates/rules.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { storeMetadata } from '#lib/core/metadata/metadata.ts'
import { creationHash, isSameCreation } from './creation-hash.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import type { CreateLicenseInput } from './license-input.ts'
import { storedKey } from './license-key.ts'
import { findLicenseOrigin, type LicenseOrigin } from './license-origin.ts'
import { loadLicense } from './load-licenses.ts'
import { lockFreeKey } from './lock-free-key.ts'
import { storeMeters } from './store-meters.ts'
import { storeEntitlements, storeUserGroups } from './store-parts.ts'

/** Attempts to generate a free key. With 64 random bits or more the first one nearly always succeeds. */
const KEY_ATTEMPTS = 3

/** How far ahead a client's clock may be, milliseconds. */
const CLOCK_TOLERANCE_MS = 5 * 60_000

/**
 * Creates a license. With an `id` of the caller's the call may be repeated: the same request gives the license it once made,
 * in whatever state that is now.
 * @throws INVALID_INPUT, CONFLICT when the id or the key belongs to another license
 */
export function createLicense(
  ctx: Authorized<'license:write'>,
  input: CreateLicenseInput,
): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const repeated = input.id && (await findRepeated(tx, input.id, input))
    if (repeated) return repeated

    const origin = await findLicenseOrigin(tx.db, tx.accountId, input)
    requireParts(origin, input)
    if (input.key) await refuseTakenKey(tx, input.key)
    const createdAt = creationTime(input, now)
    const rules = { ...origin.rules, ...rulesFromInput(input) }
    const cause = input.cause ?? 'manual'
    const expiresAt = input.expiresAt === undefined ? firstExpiry(rules, createdAt) : input.expiresAt
    const references = {
      organizationId: input.organizationId ?? null,
      resellerId: input.resellerId ?? null,
      productVersionId: input.productVersionId ?? null,
      entitlementSetId: input.entitlementSetId ?? origin.entitlementSetId,
      maintenancePolicyId: input.maintenancePolicyId ?? origin.maintenancePolicyId,
      additionalUserIds: [...new Set(input.additionalUserIds)],
    }
    const { maintenanceInterval } = await lockReferences(tx.db, tx.accountId, input, references)
    await lockUserGroups(tx.db, tx.accountId, references.organizationId, input.userGroupIds ?? [])
    const values = {
      ...rules,
      ...references,
      accountId: tx.accountId,
      id: input.id ?? newId(),
      productId: input.productId,
      licenseTemplateId: origin.templateId,
      userId: input.userId ?? null,
      expiresAt,
      effectiveAt: input.effectiveAt ?? null,
      maintenanceExpiresAt: input.maintenanceExpiresAt ?? firstMaintenanceEnd(createdAt, maintenanceInterval),
      maxAllowedReleaseVersion: input.maxAllowedReleaseVersion ?? '',
      externalUserIds: [...new Set(input.externalUserIds)],
      suspendedManualAt: input.suspended && cause === 'manual' ? now : null,
      suspendedBillingAt: input.suspended && cause === 'billing' ? now : null,
      revokedManualAt: input.revoked && cause === 'manual' ? now : null,
      revokedBillingAt: input.revoked && cause === 'billing' ? now : null,
      notes: input.notes ?? '',
      tags: [...new Set(input.tags ?? [])],
      metadata: storeMetadata(input.metadata ?? [], [], now),
      creationHash: input.id ? await creationHash(input) : null,
      createdAt,
      updatedAt: now,
    }

    const pattern = storedKeyPattern(origin.keyPattern)
    for (let attempt = 0; attempt < KEY_ATTEMPTS; attempt += 1) {
      const key = input.key ?? pattern.generate()
      if (!input.key && (await lockFreeKey(tx, key)) !== 'free') continue
      const made = await tx.db
        .insert(licenses)
        .values({ ...values, ...storedKey(key, values.id, pattern.bits) })
        .onConflictDoNothing()
        .returning({ id: licenses.id })
      if (made.length > 0) {
        if (input.meterAttributes) await storeMeters(tx, values.id, input.meterAttributes)
        if (input.entitlements) await storeEntitlements(tx, values.id, input.entitlements)
        if (input.userGroupIds) await storeUserGroups(tx, values.id, input.userGroupIds)
        recordEvent(tx, {
          event: 'license.created',
          resource: 'license',
          resourceId: values.id,
          userId: values.userId,
          changes: {
            productId: values.productId,
            licenseTemplateId: values.licenseTemplateId,
            userId: values.userId,
            expiresAt: expiresAt?.toISOString() ?? null,
            allowedActivations: values.allowedActivations,
            cause,
          },
        })
        return toLicenseDto(await loadLicense(tx.db, tx.accountId, values.id, now), now)
      }
      // Another request was faster with this id or key; its row is committed by now.
      const theirs = input.id && (await findRepeated(tx, input.id, input))
      if (theirs) return theirs
      if (input.key) await refuseTakenKey(tx, input.key)
    }
    throw new AppError('CONFLICT', 'No free license key was found: the key pattern makes too few.')
  })
}

async function findRepeated(
  ctx: Authorized<'license:write'>,
  id: string,
  input: CreateLicenseInput,
): Promise<LicenseDto | undefined> {
  const [known] = await ctx.db
    .select({ creationHash: licenses.creationHash })
    .from(licenses)
    .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.id, id)))
  if (!known) return undefined
  if (!(await isSameCreation(known.creationHash, input))) {
    throw new AppError('CONFLICT', 'id: another license has this id.', {
      fields: { id: 'another license has this id' },
    })
  }
  const now = ctx.clock.now()
  return toLicenseDto(await loadLicense(ctx.db, ctx.accountId, id, now), now)
}

async function refuseTakenKey(ctx: Authorized<'license:write'>, key: string): Promise<void> {
  const state = await lockFreeKey(ctx, key)
  if (state === 'free') return
  const problem =
    state === 'taken'
      ? 'another license has this key'
      : 'another license has a key that people cannot tell from this one: only case, dashes or quotes differ'
  throw new AppError('CONFLICT', `key: ${problem}.`, { fields: { key: problem } })
}

function creationTime(input: CreateLicenseInput, now: Date): Date {
  if (!input.createdAt) return now
  if (input.createdAt.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) {
    throw fieldError('createdAt', 'must not lie in the future')
  }
  return input.createdAt
}

/**
 * What the template demands of everybody who makes licenses by hand or by program. Purchases are exempt: the customer has paid,
 * and the vendor can add notes later.
 */
function requireParts(origin: LicenseOrigin, input: CreateLicenseInput): void {
  if (input.cause === 'billing') return
  const missing = (required: readonly string[], given: readonly string[] = []) =>
    required.find((name) => !given.includes(name))
  const key = missing(
    origin.requiredMetadataKeys,
    input.metadata?.map((entry) => entry.key),
  )
  if (key !== undefined) throw fieldError('metadata', `the license template requires the key "${key}"`)
  const meter = missing(
    origin.requiredMeterAttributes,
    input.meterAttributes?.map(({ name }) => name),
  )
  if (meter !== undefined) {
    throw fieldError('meterAttributes', `the license template requires the meter attribute "${meter}"`)
  }
}

function firstMaintenanceEnd(createdAt: Date, interval: string | null): Date | null {
  return interval === null ? null : addInterval(createdAt, interval, 'maintenanceExpiresAt')
}

/** A license that starts with its first activation has no expiry before it. */
function firstExpiry(
  rules: { subscriptionInterval: string; subscriptionStartTrigger: 'creation' | 'activation' },
  createdAt: Date,
): Date | null {
  if (rules.subscriptionInterval === '' || rules.subscriptionStartTrigger === 'activation') return null
  return addInterval(createdAt, rules.subscriptionInterval)
}
