import { licenseTemplates } from '#db/schema/products.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

/** What the list of license templates can be filtered and sorted by. */
export const templateListFields = {
  name: { kind: 'text', column: licenseTemplates.name },
  type: { kind: 'choice', column: licenseTemplates.type },
  entitlementSetId: { kind: 'id', column: licenseTemplates.entitlementSetId },
  maintenancePolicyId: { kind: 'id', column: licenseTemplates.maintenancePolicyId },
  createdAt: { kind: 'date', column: licenseTemplates.createdAt },
  updatedAt: { kind: 'date', column: licenseTemplates.updatedAt },
} as const satisfies ListFields
