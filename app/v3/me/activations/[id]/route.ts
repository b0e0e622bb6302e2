import { z } from 'zod'
import { ActivationDto } from '#lib/activations/activation-dto.ts'
import { getMyActivation } from '#lib/activations/get-my-activation.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'

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
