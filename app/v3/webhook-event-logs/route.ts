import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { DeliveryDto } from '#lib/webhooks/delivery-dto.ts'
import { listDeliveries } from '#lib/webhooks/list-deliveries.ts'
import { deliveryListFields } from '#lib/webhooks/list-fields.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List what was sent to webhooks, and how that went',
      permission: 'webhook:read',
      query: listQuery(deliveryListFields, { searched: false }),
      response: z.array(DeliveryDto),
      status: 200,
    },
    (ctx, { query }) => listDeliveries(ctx, query),
  ),
})
