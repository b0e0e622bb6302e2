import { z } from 'zod'
import { DeliveryDto } from '#lib/announce/webhooks/delivery-dto.ts'
import { deliveryListFields, listDeliveries } from '#lib/announce/webhooks/list-deliveries.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
