import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { lockReferences, lockUserGroups } from '#lib/catalog/lock-references.ts'
import { addInterval } from '#lib/catalog/templates/interval.ts'
import { rulesFromInput } from '#lib/catalog/templates/rules.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { storeMetadata } from '#lib/core/metadata/metadata.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import type { UpdateLicenseInput } from './license-input.ts'
import { lockOwner } from './license-origin.ts'
import { loadLicense, lockLicenseRow } from './load-licenses.ts'
import { storeMeters } from './store-meters.ts'
import { storeEntitlements, storeUserGroups } from './store-parts.ts'

type Row = typeof licenses.$inferSelect
type Tx = Authorized<'license:write'>

/**
 * Changes what a request names: limits and rules, owner, further users, organization and reseller, entitlements, counters,
 * maintenance, notes, tags, metadata, and the caller's own suspension or revocation (`cause`). Expiry has verbs of its own.
 * @throws NOT_FOUND, INVALID_INPUT
 */
export function updateLicense(ctx: Tx, id: string, input: UpdateLicenseInput): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const before = await lockLicenseRow(tx.db, tx.accountId, id)
    if (input.userId && input.userId !== before.userId) await lockOwner(tx.db, tx.accountId, input.userId)
    const changed: Partial<Row> = {
      ...rulesFromInput(input),
      ...standing(before, input, now),
      ...(await references(tx, before, input, now)),
      ...(input.userId !== undefined && { userId: input.userId }),
      ...(input.maxAllowedReleaseVersion !== undefined && {
        maxAllowedReleaseVersion: input.maxAllowedReleaseVersion ?? '',
      }),
      ...(input.externalUserIds && { externalUserIds: [...new Set(input.externalUserIds)] }),
      ...(input.notes !== undefined && { notes: input.notes }),
      ...(input.tags && { tags: [...new Set(input.tags)] }),
      ...(input.metadata && { metadata: storeMetadata(input.metadata, before.metadata, now) }),
    }
    await tx.db
      .update(licenses)
      .set({ ...changed, updatedAt: now })
      .where(and(eq(licenses.accountId, tx.accountId), eq(licenses.id, id)))
    const parts = await storeParts(tx, before, changed, input)
    recordChanges(tx, before, changed, parts)
    return toLicenseDto(await loadLicense(tx.db, tx.accountId, id, now), now)
  })
}

/** Locks what the license refers to. A license without maintenance gets one period of its new policy. */
async function references(tx: Tx, before: Row, input: UpdateLicenseInput, now: Date): Promise<Partial<Row>> {
  const { organizationId, resellerId, productVersionId, entitlementSetId, maintenancePolicyId } = input
  const additionalUserIds = input.additionalUserIds && [...new Set(input.additionalUserIds)]
  const asked = {
    ...(organizationId !== undefined && { organizationId }),
    ...(resellerId !== undefined && { resellerId }),
    ...(productVersionId !== undefined && { productVersionId }),
    ...(entitlementSetId !== undefined && { entitlementSetId }),
    ...(maintenancePolicyId !== undefined && { maintenancePolicyId }),
    ...(additionalUserIds && { additionalUserIds }),
  }
  const { maintenanceInterval } = await lockReferences(tx.db, tx.accountId, before, asked)
  if (input.maintenanceExpiresAt !== undefined) {
    return { ...asked, maintenanceExpiresAt: input.maintenanceExpiresAt }
  }
  const begins = maintenanceInterval !== null && before.maintenanceExpiresAt === null
  return {
    ...asked,
    ...(begins && { maintenanceExpiresAt: addInterval(now, maintenanceInterval, 'maintenanceExpiresAt') }),
  }
}

/** Stores parts that have tables of their own, and returns their entries for the trail. */
async function storeParts(
  tx: Tx,
  before: Row,
  changed: Partial<Row>,
  input: UpdateLicenseInput,
): Promise<Record<string, unknown>> {
  const { meterAttributes, entitlements } = input
  const organizationId = changed.organizationId === undefined ? before.organizationId : changed.organizationId
  // User groups belong to an organization, so a license that moves to another one loses them.
  const userGroupIds =
    input.userGroupIds ?? (organizationId === before.organizationId ? undefined : ([] as string[]))
  if (meterAttributes) await storeMeters(tx, before.id, meterAttributes)
  if (entitlements) await storeEntitlements(tx, before.id, entitlements)
  if (userGroupIds) {
    await lockUserGroups(tx.db, tx.accountId, organizationId, userGroupIds)
    await storeUserGroups(tx, before.id, userGroupIds)
  }
  return {
    ...(meterAttributes && {
      meterAttributes: Object.fromEntries(meterAttributes.map((meter) => [meter.name, meter.allowedUses])),
    }),
    ...(entitlements && { entitlements: 'changed' }),
    ...(userGroupIds && { userGroupIds }),
  }
}

/** A changed subscription has an event of its own, as clients of the API expect; `license.updated` tells of all else. */
function recordChanges(tx: Tx, before: Row, changed: Partial<Row>, parts: Record<string, unknown>): void {
  const { subscriptionInterval, subscriptionStartTrigger, ...others } = changed
  const about = {
    resource: 'license',
    resourceId: before.id,
    userId: changed.userId === undefined ? before.userId : changed.userId,
  }
  const subscription = {
    ...(subscriptionInterval !== undefined &&
      subscriptionInterval !== before.subscriptionInterval && { subscriptionInterval }),
    ...(subscriptionStartTrigger !== undefined &&
      subscriptionStartTrigger !== before.subscriptionStartTrigger && { subscriptionStartTrigger }),
  }
  const isSubscription = Object.keys(subscription).length > 0
  const rest = { ...auditable(others), ...parts }
  if (!isSubscription || Object.keys(rest).length > 0) {
    recordEvent(tx, { event: 'license.updated', ...about, changes: rest })
  }
  if (isSubscription) {
    recordEvent(tx, { event: 'license.subscription.updated', ...about, changes: subscription })
  }
}

/** Free text may be personal, so the trail says only that it changed. */
const FREE: ReadonlySet<string> = new Set(['notes', 'metadata', 'externalUserIds'])

/** A change in the trail's form: times as text. */
function auditable(changed: Partial<Row>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(changed).map(([field, value]) => {
      if (FREE.has(field)) return [field, 'changed']
      return [field, value instanceof Date ? value.toISOString() : value]
    }),
  )
}

/** Sets or lifts suspension and revocation of the caller's cause; the first time it was set stays. */
function standing(before: Row, input: UpdateLicenseInput, now: Date): Partial<Row> {
  const since = (wanted: boolean | undefined, at: Date | null) =>
    wanted === undefined ? at : wanted ? (at ?? now) : null
  const { suspended, revoked } = input
  if (suspended === undefined && revoked === undefined) return {}
  return input.cause === 'billing'
    ? {
        suspendedBillingAt: since(suspended, before.suspendedBillingAt),
        revokedBillingAt: since(revoked, before.revokedBillingAt),
      }
    : {
        suspendedManualAt: since(suspended, before.suspendedManualAt),
        revokedManualAt: since(revoked, before.revokedManualAt),
      }
}
