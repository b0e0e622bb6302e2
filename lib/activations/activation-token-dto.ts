import { z } from 'zod'

export const ActivationTokenDto = z.object({
  activationToken: z.string().meta({ description: 'JWT, RS256, signed with the product’s newest key' }),
})
export type ActivationTokenDto = z.infer<typeof ActivationTokenDto>
