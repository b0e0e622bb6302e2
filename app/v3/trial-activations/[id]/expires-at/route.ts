import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { setTrialExpiry } from '#lib/licensing/trials/set-trial-expiry.ts'
import { TrialActivationDto } from '#lib/licensing/trials/trial-dto.ts'
import { TrialExpiryInput } from '#lib/licensing/trials/trial-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
