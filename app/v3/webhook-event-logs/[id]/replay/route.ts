import { z } from 'zod'
import { DeliveryDto } from '#lib/announce/webhooks/delivery-dto.ts'
import { replayDelivery } from '#lib/announce/webhooks/replay-delivery.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
