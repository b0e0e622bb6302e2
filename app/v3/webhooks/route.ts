import { z } from 'zod'
import { createWebhook } from '#lib/announce/webhooks/create-webhook.ts'
import { listWebhooks, webhookListFields } from '#lib/announce/webhooks/list-webhooks.ts'
import { NewWebhookDto, WebhookDto } from '#lib/announce/webhooks/webhook-dto.ts'
import { CreateWebhookInput } from '#lib/announce/webhooks/webhook-input.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
