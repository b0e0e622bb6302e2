import { z } from 'zod'
import type { products } from '#db/schema/products.ts'
import { isoDate } from '../http/fields.ts'
import { MetadataDto, toMetadataDto } from '../metadata/metadata.ts'

/** A product (contract §4.5). Parts that Latchkey does not have yet are empty. */
export const ProductDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    displayName: z.string(),
    description: z.string(),
    publicKey: z
      .string()
      .meta({ description: 'PEM of the RSA key that applications verify activation tokens with.' }),
    totalLicenses: z.int(),
    totalTrialActivations: z.int(),
    totalReleases: z.int(),
    totalProductVersions: z.int(),
    totalFeatureFlags: z.int(),
    automatedEmails: z.array(z.never()),
    emailTemplates: z.array(z.never()),
    licenseTemplateId: z.uuid(),
    licensePolicyId: z.uuid(),
    trialPolicyId: z.uuid().nullable(),
    metadata: z.array(MetadataDto),
  })
  .meta({ id: 'Product' })
export type ProductDto = z.output<typeof ProductDto>

/** A product with what its answers need besides its own row. */
export interface LoadedProduct {
  product: typeof products.$inferSelect
  publicPem: string
  totalLicenses: number
}

export function toProductDto({ product, publicPem, totalLicenses }: LoadedProduct): ProductDto {
  return {
    id: product.id,
    createdAt: product.createdAt.toISOString(),
    updatedAt: product.updatedAt.toISOString(),
    name: product.name,
    displayName: product.displayName,
    description: product.description,
    publicKey: publicPem,
    totalLicenses,
    totalTrialActivations: 0,
    totalReleases: 0,
    totalProductVersions: 0,
    totalFeatureFlags: 0,
    automatedEmails: [],
    emailTemplates: [],
    licenseTemplateId: product.licenseTemplateId,
    licensePolicyId: product.licenseTemplateId,
    trialPolicyId: null,
    metadata: toMetadataDto(product.metadata),
  }
}
