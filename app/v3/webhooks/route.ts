import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createWebhook } from '#lib/webhooks/create-webhook.ts'
import { webhookListFields } from '#lib/webhooks/list-fields.ts'
import { listWebhooks } from '#lib/webhooks/list-webhooks.ts'
import { NewWebhookDto, WebhookDto } from '#lib/webhooks/webhook-dto.ts'
import { CreateWebhookInput } from '#lib/webhooks/webhook-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List webhooks',
      permission: 'webhook:read',
      query: listQuery(webhookListFields),
      response: z.array(WebhookDto),
      status: 200,
    },
    (ctx, { query }) => listWebhooks(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a webhook',
      description:
        'Deliveries are signed with its secret. An arbitrary `token`: `Webhook-Signature` is base64(HMAC-SHA256(body)) with ' +
        'the token as key. A token of the form `whsec_` + base64 of the key: `webhook-signature` follows Standard Webhooks, ' +
        '`v1,` + base64(HMAC-SHA256(`webhook-id.webhook-timestamp.body`)); for every webhook the same stands in ' +
        '`Latchkey-Webhook-Signature`.',
      permission: 'webhook:write',
      body: CreateWebhookInput,
      response: NewWebhookDto,
      status: 201,
      errors: ['CONFLICT'],
      secretAnswer: true,
    },
    (ctx, { body }) => createWebhook(ctx, body),
  ),
})
