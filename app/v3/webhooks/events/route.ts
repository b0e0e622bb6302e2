import { z } from 'zod'
import { listEventTypes, WebhookEventDto } from '#lib/announce/webhooks/event-catalogue.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the events that webhooks may ask for, each with schema and sample',
      permission: 'webhook:read',
      response: z.array(WebhookEventDto),
      status: 200,
    },
    async () => listEventTypes(),
  ),
})
