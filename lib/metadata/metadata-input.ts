import { z } from 'zod'
import { bool, text } from '../http/fields.ts'

/** Most entries on one thing, and their sizes (contract §4.3). */
export const METADATA_LIMITS = { entries: 50, key: 256, value: 4096 } as const

/** Who besides operators may see an entry. Real clients write them in any case. */
const VIEWERS = ['activation', 'user', 'organization', 'reseller'] as const

const viewer = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
  z.enum(VIEWERS, `one of ${VIEWERS.join(', ')} is expected`),
)

const entry = z
  .object({
    key: text(METADATA_LIMITS.key, 1),
    value: text(METADATA_LIMITS.value),
    viewPermissions: z.array(viewer).max(VIEWERS.length).nullish(),
    /** Old form: seen by the application. */
    visible: bool().nullish(),
  })
  .transform(({ key, value, viewPermissions, visible }) => ({
    key,
    value,
    viewPermissions: [...new Set(viewPermissions ?? (visible ? ['activation' as const] : []))],
  }))

/** Metadata as clients send it. Keys are unique in a request. */
export const MetadataInput = z
  .array(entry)
  .max(METADATA_LIMITS.entries, `at most ${METADATA_LIMITS.entries} entries are kept`)
  .superRefine((entries, refinement) => {
    const seen = new Set<string>()
    entries.forEach(({ key }, index) => {
      if (seen.has(key)) {
        refinement.addIssue({
          code: 'custom',
          path: [index, 'key'],
          message: 'this key is already in the list',
        })
      }
      seen.add(key)
    })
  })

export type MetadataInput = z.output<typeof MetadataInput>
