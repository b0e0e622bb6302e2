import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { DeliveryDto } from '#lib/webhooks/delivery-dto.ts'
import { getDelivery } from '#lib/webhooks/get-delivery.ts'

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
