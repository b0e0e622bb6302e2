import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { extendTrial } from '#lib/licensing/trials/extend-trial.ts'
import { TrialActivationDto } from '#lib/licensing/trials/trial-dto.ts'
import { ExtendTrialInput } from '#lib/licensing/trials/trial-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
