import type { licenseTemplates } from '#db/schema/products.ts'
import type { UpdateTemplateInput } from './template-input.ts'

type Parts = Partial<
  Pick<
    typeof licenseTemplates.$inferSelect,
    'requiredMetadataKeys' | 'requiredMeterAttributes' | 'entitlementSetId' | 'maintenancePolicyId'
  >
>

/** The parts of a body besides rules, as columns: what licenses require, and what they inherit. */
export function partsFromInput(input: UpdateTemplateInput): Parts {
  const { requiredMetadataKeys, requiredMeterAttributes, entitlementSetId, maintenancePolicyId } = input
  return {
    ...(requiredMetadataKeys && { requiredMetadataKeys: [...new Set(requiredMetadataKeys)] }),
    ...(requiredMeterAttributes && { requiredMeterAttributes: [...new Set(requiredMeterAttributes)] }),
    ...(entitlementSetId !== undefined && { entitlementSetId }),
    ...(maintenancePolicyId !== undefined && { maintenancePolicyId }),
  }
}
