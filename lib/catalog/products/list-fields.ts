import { products } from '#db/schema/products.ts'
import type { ListFields } from '#lib/core/list/filter.ts'
import { metadataListFields } from '#lib/core/metadata/metadata-filter.ts'

/** What the list of products can be filtered and sorted by. */
export const productListFields = {
  name: { kind: 'text', column: products.name },
  displayName: { kind: 'text', column: products.displayName },
  licenseTemplateId: { kind: 'id', column: products.licenseTemplateId },
  trialPolicyId: { kind: 'id', column: products.trialPolicyId },
  createdAt: { kind: 'date', column: products.createdAt },
  updatedAt: { kind: 'date', column: products.updatedAt },
  ...metadataListFields,
} as const satisfies ListFields
