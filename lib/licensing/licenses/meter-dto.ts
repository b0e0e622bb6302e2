import { z } from 'zod'
import type { licenseMeterAttributes } from '#db/schema/license-parts.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** A license's counter as operators and machines see it (contract §4.3). */
export const LicenseMeterDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    allowedUses: z.int().meta({ description: '-1: any number.' }),
    totalUses: z.int(),
    grossUses: z.int().meta({ description: 'Every use ever, resets and decrements aside.' }),
    floating: z.boolean(),
    visible: z.boolean().meta({ description: 'Old name of "seen by the application".' }),
    viewPermissions: z.array(z.string()),
  })
  .meta({ id: 'LicenseMeterAttribute' })
export type LicenseMeterDto = z.output<typeof LicenseMeterDto>

export function toLicenseMeterDto(row: typeof licenseMeterAttributes.$inferSelect): LicenseMeterDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    allowedUses: row.allowedUses,
    totalUses: row.totalUses,
    grossUses: row.grossUses,
    floating: row.floating,
    visible: row.viewPermissions.includes('activation'),
    viewPermissions: row.viewPermissions,
  }
}
