import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { ActivationDto } from '#lib/licensing/activations/activation-dto.ts'
import { getMyActivation } from '#lib/licensing/activations/get-my-activation.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get one of my devices',
      permission: 'me:read',
      params: z.object({ id: id() }),
      response: ActivationDto,
      status: 200,
      errors: ['ACTIVATION_NOT_FOUND'],
    },
    (ctx, { params }) => getMyActivation(ctx, params),
  ),
})
