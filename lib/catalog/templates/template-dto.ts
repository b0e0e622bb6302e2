import { z } from 'zod'
import type { licenseTemplates } from '#db/schema/products.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { ruleDtoFields, toRulesDto } from './rules.ts'

/** A license template, in old words a license policy (contract §4.4). */
export const TemplateDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    keyPattern: z.string(),
    ...ruleDtoFields,
    requiredMetadataKeys: z.array(z.string()),
    requiredMeterAttributes: z.array(z.string()),
    entitlementSetId: z.uuid().nullable(),
    maintenancePolicyId: z.uuid().nullable(),
  })
  .meta({ id: 'LicenseTemplate' })
export type TemplateDto = z.output<typeof TemplateDto>

export function toTemplateDto(row: typeof licenseTemplates.$inferSelect): TemplateDto {
  return {
    ...toRulesDto(row),
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    keyPattern: row.keyPattern,
    requiredMetadataKeys: row.requiredMetadataKeys,
    requiredMeterAttributes: row.requiredMeterAttributes,
    entitlementSetId: row.entitlementSetId,
    maintenancePolicyId: row.maintenancePolicyId,
  }
}
