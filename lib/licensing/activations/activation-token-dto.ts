import { z } from 'zod'

export const ActivationTokenDto = z.object({
  activationToken: z.string().meta({ description: 'JWT, RS256, signed with the product’s newest key' }),
  featureEntitlementsToken: z.string().optional().meta({
    description:
      'JWT, RS256, signed with the same key: iat, aid, lid, pid (of the activation token) and entitlements: [{ featureName, featureDisplayName, value, expiresAt }], expiresAt in unix seconds, 0 = as long as the license. Absent where the license has no entitlements.',
  }),
})
export type ActivationTokenDto = z.infer<typeof ActivationTokenDto>
