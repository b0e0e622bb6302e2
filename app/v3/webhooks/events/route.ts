import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { methods } from '#lib/http/methods.ts'
import { listEventTypes, WebhookEventDto } from '#lib/webhooks/event-catalogue.ts'

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
