import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { tags } from '#db/schema/tags.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** A described tag (contract §4.7). Licenses and users may also carry other words. */
export const TagDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    description: z.string(),
  })
  .meta({ id: 'Tag' })
export type TagDto = z.output<typeof TagDto>

export function toTagDto(row: typeof tags.$inferSelect): TagDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    description: row.description,
  }
}

/** Whether a column of tags holds this one. The second condition lets PostgreSQL use the partial index over rows with tags. */
export function carries(column: SQLWrapper, name: string): SQL {
  return sql`(${column} @> array[${name}]::text[] and ${column} <> '{}')`
}
