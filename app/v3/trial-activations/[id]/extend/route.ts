import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { extendTrial } from '#lib/trials/extend-trial.ts'
import { TrialActivationDto } from '#lib/trials/trial-dto.ts'
import { ExtendTrialInput } from '#lib/trials/trial-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Lengthen a trial',
      description: 'Use PATCH /v3/trial-activations/{id}/expires-at instead.',
      permission: 'trialActivation:write',
      params: z.object({ id: id() }),
      body: ExtendTrialInput,
      response: TrialActivationDto,
      status: 200,
      errors: ['NOT_FOUND'],
      deprecated: true,
    },
    (ctx, { params, body }) => extendTrial(ctx, params.id, body),
  ),
})
