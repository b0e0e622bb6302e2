import { z } from 'zod'
import { DeliveryDto } from '#lib/announce/webhooks/delivery-dto.ts'
import { testWebhook } from '#lib/announce/webhooks/test-webhook.ts'
import { TestWebhookInput } from '#lib/announce/webhooks/webhook-input.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
