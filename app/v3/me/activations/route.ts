import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { ActivationDto } from '#lib/licensing/activations/activation-dto.ts'
import { listMyActivations } from '#lib/licensing/activations/list-my-activations.ts'
import { activationListFields } from '#lib/licensing/activations/select-activations.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List my devices',
      permission: 'me:read',
      query: listQuery(activationListFields),
      response: z.array(ActivationDto),
      status: 200,
    },
    (ctx, { query }) => listMyActivations(ctx, query),
  ),
})
