import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteTrial } from '#lib/licensing/trials/delete-trial.ts'
import { getTrial } from '#lib/licensing/trials/get-trial.ts'
import { TrialActivationDto } from '#lib/licensing/trials/trial-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
