import { z } from 'zod'
import type { MetadataEntry } from '#db/schema/columns.ts'
import { text } from '../http/fields.ts'
import { newId } from '../ids.ts'

/** Who besides operators sees an entry. */
const VIEWERS = ['activation', 'user', 'organization', 'reseller'] as const

/** A metadata entry as it leaves (contract §4.3); `visible` is the older word for "an activation sees it". */
export const MetadataDto = z.object({
  id: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  key: z.string(),
  value: z.string(),
  visible: z.boolean(),
  viewPermissions: z.array(z.string()),
})
export type MetadataDto = z.infer<typeof MetadataDto>

/** The metadata of a body: at most 50 entries, keys unlike each other. */
export const MetadataInput = z
  .array(
    z.object({
      key: text(256, 1),
      value: text(4096),
      viewPermissions: z.array(z.enum(VIEWERS)).max(VIEWERS.length).optional(),
      visible: z.boolean().optional(),
    }),
  )
  .max(50, 'at most 50 entries')
  .refine((entries) => new Set(entries.map((entry) => entry.key)).size === entries.length, 'every key once')
export type MetadataInput = z.infer<typeof MetadataInput>

/** The entries to store: an entry whose key is known keeps its id and creation time. */
export function storeMetadata(
  input: MetadataInput,
  known: readonly MetadataEntry[],
  at: Date,
): MetadataEntry[] {
  return input.map((entry) => {
    const before = known.find((candidate) => candidate.key === entry.key)
    const viewPermissions = entry.viewPermissions ?? (entry.visible ? ['activation'] : [])
    return {
      id: before?.id ?? newId(),
      key: entry.key,
      value: entry.value,
      viewPermissions: [...new Set(viewPermissions)],
      createdAt: before?.createdAt ?? at.toISOString(),
      updatedAt: at.toISOString(),
    }
  })
}

/** The entries as they leave. */
export function toMetadataDto(entries: readonly MetadataEntry[]): MetadataDto[] {
  return entries.map((entry) => ({ ...entry, visible: entry.viewPermissions.includes('activation') }))
}
