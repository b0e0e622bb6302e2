import { z } from 'zod'
import type { MetadataEntry } from '#db/schema/columns.ts'
import { fieldError } from '../errors.ts'
import { newId } from '../ids.ts'
import { bool, exactText, isoDate } from '../input/fields.ts'

/** Most entries on one thing, and their sizes (contract §4.3). */
export const METADATA_LIMITS = { entries: 50, key: 256, value: 4096 } as const

/** Who besides operators may see an entry. Real clients write them in any case. */
const VIEWERS = ['activation', 'user', 'organization', 'reseller'] as const

const viewer = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
  z.enum(VIEWERS, `one of ${VIEWERS.join(', ')} is expected`),
)

/** Who besides operators may see something, in bodies. */
export const viewPermissions = z.array(viewer).max(VIEWERS.length).nullish()

/** The value of an entry. Clients in typed languages send numbers and booleans as they are; they are kept as JSON writes them. */
export const metadataValue = z.preprocess(
  (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
  exactText(METADATA_LIMITS.value),
)

/** The metadata of a body. Keys are unique. */
export const MetadataInput = z
  .array(
    z.object({
      key: exactText(METADATA_LIMITS.key, 1),
      value: metadataValue,
      viewPermissions,
      /** Old form: seen by the application. */
      visible: bool().nullish(),
    }),
  )
  .max(METADATA_LIMITS.entries, `at most ${METADATA_LIMITS.entries} entries are kept`)
  .superRefine((entries, refinement) => {
    const seen = new Set<string>()
    for (const [index, { key }] of entries.entries()) {
      if (seen.has(key)) {
        refinement.addIssue({
          code: 'custom',
          path: [index, 'key'],
          message: 'this key is already in the list',
        })
      }
      seen.add(key)
    }
  })
export type MetadataInput = z.output<typeof MetadataInput>

/** One entry as operators and machines see it (contract §4.3). */
export const MetadataDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    key: z.string(),
    value: z.string(),
    /** Old name of "seen by the application". */
    visible: z.boolean(),
    viewPermissions: z.array(z.string()),
  })
  .meta({ id: 'Metadata' })
export type MetadataDto = z.output<typeof MetadataDto>

/**
 * The stored entries with those of a request added or, by key, changed. Entries that the request does not name stay: they
 * are taken away one by one (`DELETE …/metadata/{id}`). The order is the one they were first stored in.
 * @throws INVALID_INPUT when there would be too many
 */
export function storeMetadata(
  input: MetadataInput,
  known: readonly MetadataEntry[],
  at: Date,
): MetadataEntry[] {
  const merged = new Map(known.map((entry) => [entry.key, entry]))
  for (const entry of input) {
    const viewPermissions = [...new Set(entry.viewPermissions ?? (entry.visible ? ['activation'] : []))]
    const before = merged.get(entry.key)
    merged.set(entry.key, {
      id: before?.id ?? newId(),
      key: entry.key,
      value: entry.value,
      viewPermissions,
      createdAt: before?.createdAt ?? at.toISOString(),
      updatedAt: at.toISOString(),
    })
  }
  if (merged.size > METADATA_LIMITS.entries) {
    throw fieldError('metadata', `at most ${METADATA_LIMITS.entries} entries are kept`)
  }
  return [...merged.values()]
}

/** The entries as the API returns them. */
export function toMetadataDto(entries: readonly MetadataEntry[]): MetadataDto[] {
  return entries.map((entry) => ({ ...entry, visible: entry.viewPermissions.includes('activation') }))
}

/** The entries that a viewer other than operators may see, without what is none of their business. */
export function visibleMetadata(
  entries: readonly MetadataEntry[],
  viewer: 'activation' | 'user',
): { key: string; value: string }[] {
  return entries
    .filter((entry) => entry.viewPermissions.includes(viewer))
    .map(({ key, value }) => ({ key, value }))
}
