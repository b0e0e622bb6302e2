import { z } from 'zod'
import { deleteWebhook } from '#lib/announce/webhooks/delete-webhook.ts'
import { getWebhook } from '#lib/announce/webhooks/get-webhook.ts'
import { updateWebhook } from '#lib/announce/webhooks/update-webhook.ts'
import { WebhookDto } from '#lib/announce/webhooks/webhook-dto.ts'
import { UpdateWebhookInput } from '#lib/announce/webhooks/webhook-input.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
