import { z } from 'zod'
import type { products } from '#db/schema/products.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { MetadataDto, toMetadataDto } from '#lib/core/metadata/metadata.ts'

/** A product (contract §4.5). */
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
    automatedEmails: z.array(z.uuid()),
    emailTemplates: z.array(z.uuid()).meta({ description: 'Old name of automatedEmails.' }),
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
  totalTrialActivations: number
  totalReleases: number
  totalProductVersions: number
  totalFeatureFlags: number
  automatedEmailIds: string[]
}

export function toProductDto({
  product,
  publicPem,
  automatedEmailIds,
  ...totals
}: LoadedProduct): ProductDto {
  return {
    id: product.id,
    createdAt: product.createdAt.toISOString(),
    updatedAt: product.updatedAt.toISOString(),
    name: product.name,
    displayName: product.displayName,
    description: product.description,
    publicKey: publicPem,
    totalLicenses: totals.totalLicenses,
    totalTrialActivations: totals.totalTrialActivations,
    totalReleases: totals.totalReleases,
    totalProductVersions: totals.totalProductVersions,
    totalFeatureFlags: totals.totalFeatureFlags,
    automatedEmails: automatedEmailIds,
    emailTemplates: automatedEmailIds,
    licenseTemplateId: product.licenseTemplateId,
    licensePolicyId: product.licenseTemplateId,
    trialPolicyId: product.trialPolicyId,
    metadata: toMetadataDto(product.metadata),
  }
}
