import type { MetadataEntry } from '#db/schema/columns.ts'
import { fieldError } from '../errors.ts'
import { newId } from '../ids.ts'
import { METADATA_LIMITS, type MetadataInput } from './metadata-input.ts'

/**
 * The stored entries with those of a request added or, by key, changed. Entries that the request does not name stay: they
 * are taken away one by one (`DELETE …/metadata/{id}`). The order is the one they were first stored in.
 * @throws INVALID_INPUT when there would be too many
 */
export function mergeMetadata(
  stored: readonly MetadataEntry[],
  input: MetadataInput,
  now: Date,
): MetadataEntry[] {
  const at = now.toISOString()
  const merged = new Map(stored.map((entry) => [entry.key, entry]))
  for (const { key, value, viewPermissions } of input) {
    const known = merged.get(key)
    if (known && known.value === value && sameItems(known.viewPermissions, viewPermissions)) continue
    merged.set(key, {
      id: known?.id ?? newId(),
      key,
      value,
      viewPermissions,
      createdAt: known?.createdAt ?? at,
      updatedAt: at,
    })
  }
  if (merged.size > METADATA_LIMITS.entries) {
    throw fieldError('metadata', `at most ${METADATA_LIMITS.entries} entries are kept`)
  }
  return [...merged.values()]
}

function sameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item))
}
