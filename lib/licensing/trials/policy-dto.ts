import { z } from 'zod'
import type { trialPolicies } from '#db/schema/trial-policies.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** What a trial of a product allows (contract §4.7). */
export const TrialPolicyDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    trialLength: z.int().meta({ description: 'Seconds.' }),
    fingerprintMatchingStrategy: z.string(),
    allowVmActivation: z.boolean(),
    allowContainerActivation: z.boolean(),
    userLocked: z.boolean(),
    disableGeoLocation: z.boolean(),
    allowedIpRange: z.string().nullable(),
    allowedIpRanges: z.array(z.string()),
    allowedIpAddresses: z.array(z.string()),
    disallowedIpAddresses: z.array(z.string()),
    allowedCountries: z.array(z.string()),
    disallowedCountries: z.array(z.string()),
  })
  .meta({ id: 'TrialPolicy' })
export type TrialPolicyDto = z.output<typeof TrialPolicyDto>

export function toTrialPolicyDto(row: typeof trialPolicies.$inferSelect): TrialPolicyDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    trialLength: row.trialLength,
    fingerprintMatchingStrategy: row.fingerprintMatchingStrategy,
    allowVmActivation: row.allowVmActivation,
    allowContainerActivation: row.allowContainerActivation,
    userLocked: row.userLocked,
    disableGeoLocation: row.disableGeoLocation,
    allowedIpRange: row.allowedIpRanges[0] ?? null,
    allowedIpRanges: row.allowedIpRanges,
    allowedIpAddresses: row.allowedIpAddresses,
    disallowedIpAddresses: row.disallowedIpAddresses,
    allowedCountries: row.allowedCountries,
    disallowedCountries: row.disallowedCountries,
  }
}
