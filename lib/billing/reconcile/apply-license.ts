import { derivedId } from '#lib/core/ids.ts'
import { changeLicense, type LicenseChange } from '../licensing-client/change-license.ts'
import { fetchLicense } from '../licensing-client/fetch-license.ts'
import { issueLicense } from '../licensing-client/issue-license.ts'
import type { IssuedLicense } from '../licensing-client/license.ts'
import { LicensingError } from '../licensing-client/licensing-error.ts'
import { setExpiry } from '../licensing-client/set-expiry.ts'
import type { DesiredLicense } from './desired-state.ts'

/** The id of the license of an order's line and index, the same on every try. */
export function licenseIdOf(orderId: string, line: number, index: number): string {
  return derivedId('license', orderId, line, index)
}

/**
 * Brings a license to the desired state by absolute values, making it first if it does not exist. Repeating changes nothing.
 * @throws {LicensingError}
 */
export async function applyLicense(
  orderId: string,
  desired: DesiredLicense,
  activationsPerSeat: number,
): Promise<IssuedLicense> {
  const id = licenseIdOf(orderId, desired.line, desired.index)
  let license = (await fetchLicense(id)) ?? (await create(id, desired, activationsPerSeat))
  const target = laterOf(desired.expiresAt, license.expiryHeldUntil)
  if (desired.expiresAt && target && license.expiresAt?.getTime() !== target.getTime()) {
    license = await setExpiry(id, desired.expiresAt)
  }
  const change = changeTo(desired, license)
  return change ? changeLicense(id, change) : license
}

/** Suspends a license that is no longer paid for. */
export async function suspendLicense(id: string): Promise<void> {
  const license = await fetchLicense(id)
  if (license && !license.suspendedBy.includes('billing')) await changeLicense(id, { suspended: true })
}

async function create(
  id: string,
  desired: DesiredLicense,
  activationsPerSeat: number,
): Promise<IssuedLicense> {
  try {
    return await issueLicense({
      id,
      productId: desired.productId,
      licenseTemplateId: desired.templateId,
      userId: desired.userId,
      ...(desired.expiresAt && { expiresAt: desired.expiresAt }),
      ...(desired.interval && { subscriptionInterval: desired.interval }),
      ...(desired.seats > 1 &&
        activationsPerSeat > 0 && { allowedActivations: activationsPerSeat * desired.seats }),
      metadata: Object.entries(desired.metadata).flatMap(([key, value]) =>
        value === null ? [] : [{ key, value }],
      ),
    })
  } catch (error) {
    // Somebody else made it between our look-up and our call, so it exists now.
    if (!(error instanceof LicensingError && error.status === 409)) throw error
    const made = await fetchLicense(id)
    if (!made) throw error
    return made
  }
}

function changeTo(desired: DesiredLicense, license: IssuedLicense): LicenseChange | undefined {
  const change: LicenseChange = {}
  if (license.suspendedBy.includes('billing') !== desired.suspended) change.suspended = desired.suspended
  if (license.revokedBy.includes('billing') !== desired.revoked) change.revoked = desired.revoked
  const metadata = Object.entries(desired.metadata).flatMap(([key, value]) => {
    const present = license.metadata.find((entry) => entry.key === key)?.value
    // Entries are merged by key and never removed. One that no longer holds gets the value `false`.
    const wanted = value ?? (present === undefined ? undefined : 'false')
    return wanted === undefined || wanted === present ? [] : [{ key, value: wanted, viewPermissions: [] }]
  })
  if (metadata.length > 0) change.metadata = metadata
  return Object.keys(change).length > 0 ? change : undefined
}

function laterOf(a: Date | null, b: Date | null): Date | null {
  return a && b ? (a > b ? a : b) : (a ?? b)
}
