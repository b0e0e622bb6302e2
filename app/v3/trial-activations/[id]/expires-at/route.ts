import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { setTrialExpiry } from '#lib/trials/set-trial-expiry.ts'
import { TrialActivationDto } from '#lib/trials/trial-dto.ts'
import { TrialExpiryInput } from '#lib/trials/trial-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: defineRoute(
    {
      summary: 'Set the end of a trial',
      description: 'The device learns of it when it next asks. A past one ends the trial.',
      permission: 'trialActivation:write',
      params: z.object({ id: id() }),
      body: TrialExpiryInput,
      response: TrialActivationDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, body }) => setTrialExpiry(ctx, params.id, body),
  ),
})
