import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { DeliveryDto } from '#lib/webhooks/delivery-dto.ts'
import { testWebhook } from '#lib/webhooks/test-webhook.ts'
import { TestWebhookInput } from '#lib/webhooks/webhook-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Send the sample of an event to a webhook, once',
      permission: 'webhook:write',
      asksOthers: true,
      params: z.object({ id: id() }),
      body: TestWebhookInput,
      response: DeliveryDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, body }) => testWebhook(ctx, params.id, body),
  ),
})
