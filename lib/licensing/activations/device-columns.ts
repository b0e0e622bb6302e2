import type { MetadataEntry } from '#db/schema/columns.ts'
import { newId } from '#lib/core/ids.ts'
import type { ActivationInput } from './activation-input.ts'
import type { Activation } from './activation-token.ts'

/** A device's facts in the form of its row. */
export function deviceColumns(input: ActivationInput, known: readonly MetadataEntry[], at: Date) {
  return {
    fingerprint: input.fingerprint,
    userHash: input.userHash,
    os: input.os,
    osVersion: input.osVersion,
    hostname: input.hostname,
    vmName: input.vmName,
    container: input.container,
    appVersion: input.appVersion,
    releaseVersion: input.releaseVersion,
    clientVersion: input.clientVersion,
    metadata: input.metadata ? deviceMetadata(input.metadata, known, at) : [...known],
  }
}
export type DeviceColumns = ReturnType<typeof deviceColumns>

/** What changed about a device: its row's new values, and the changes for the trail. */
export type DeviceChanges = Partial<DeviceColumns> & { formerFingerprintHash?: string }

/** The device's own entries replace the stored ones; one that did not change keeps its id and times. */
function deviceMetadata(
  sent: readonly { key: string; value: string }[],
  known: readonly MetadataEntry[],
  at: Date,
): MetadataEntry[] {
  const now = at.toISOString()
  return sent.map(({ key, value }) => {
    const before = known.find((entry) => entry.key === key)
    if (before?.value === value) return before
    const id = before?.id ?? newId()
    return { id, key, value, viewPermissions: [], createdAt: before?.createdAt ?? now, updatedAt: now }
  })
}

/** Changed values by field; empty if nothing changed. */
export function changedColumns(before: Activation, after: DeviceColumns): Partial<DeviceColumns> {
  return Object.fromEntries(
    Object.entries(after).filter(([field, value]) =>
      isDifferent(value, before[field as keyof DeviceColumns]),
    ),
  )
}

function isDifferent(after: unknown, before: unknown): boolean {
  return after !== before && JSON.stringify(after) !== JSON.stringify(before)
}
