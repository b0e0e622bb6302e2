import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteWebhook } from '#lib/webhooks/delete-webhook.ts'
import { getWebhook } from '#lib/webhooks/get-webhook.ts'
import { updateWebhook } from '#lib/webhooks/update-webhook.ts'
import { WebhookDto } from '#lib/webhooks/webhook-dto.ts'
import { UpdateWebhookInput } from '#lib/webhooks/webhook-input.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a webhook',
      permission: 'webhook:read',
      params,
      response: WebhookDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getWebhook(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a webhook, or resume a suspended one',
      permission: 'webhook:write',
      params,
      body: UpdateWebhookInput,
      response: WebhookDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateWebhook(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a webhook with its delivery log',
      permission: 'webhook:write',
      params,
      status: 204,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => deleteWebhook(ctx, params.id),
  ),
})
