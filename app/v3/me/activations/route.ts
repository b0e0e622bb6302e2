import { z } from 'zod'
import { ActivationDto } from '#lib/activations/activation-dto.ts'
import { activationListFields } from '#lib/activations/list-fields.ts'
import { listMyActivations } from '#lib/activations/list-my-activations.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

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
