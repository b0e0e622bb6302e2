import { z } from 'zod'
import { DeliveryDto } from '#lib/announce/webhooks/delivery-dto.ts'
import { getDelivery } from '#lib/announce/webhooks/get-delivery.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get one line of the delivery log',
      permission: 'webhook:read',
      params: z.object({ id: id() }),
      response: DeliveryDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getDelivery(ctx, params.id),
  ),
})
