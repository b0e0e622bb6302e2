import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { DeliveryDto } from '#lib/webhooks/delivery-dto.ts'
import { replayDelivery } from '#lib/webhooks/replay-delivery.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Send a delivery again',
      permission: 'webhook:write',
      params: z.object({ id: id() }),
      response: DeliveryDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params }) => replayDelivery(ctx, params.id),
  ),
})
