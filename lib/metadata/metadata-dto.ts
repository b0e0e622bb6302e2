import { z } from 'zod'
import type { MetadataEntry } from '#db/schema/columns.ts'
import { isoDate } from '../http/fields.ts'

/** One entry as operators and machines see it. */
export const MetadataDto = z.object({
  id: z.uuid(),
  createdAt: isoDate(),
  updatedAt: isoDate(),
  key: z.string(),
  value: z.string(),
  /** Old name of "seen by the application". */
  visible: z.boolean(),
  viewPermissions: z.array(z.string()),
})
export type MetadataDto = z.output<typeof MetadataDto>

export function toMetadataDto(entry: MetadataEntry): MetadataDto {
  return { ...entry, visible: entry.viewPermissions.includes('activation') }
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
