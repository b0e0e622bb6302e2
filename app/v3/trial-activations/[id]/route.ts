import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteTrial } from '#lib/trials/delete-trial.ts'
import { getTrial } from '#lib/trials/get-trial.ts'
import { TrialActivationDto } from '#lib/trials/trial-dto.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a trial activation',
      permission: 'trialActivation:read',
      params,
      response: TrialActivationDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getTrial(ctx, params.id),
  ),
  DELETE: defineRoute(
    {
      summary: 'Forget a trial, so that the device may have another',
      permission: 'trialActivation:write',
      params,
      status: 204,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => deleteTrial(ctx, params.id),
  ),
})
