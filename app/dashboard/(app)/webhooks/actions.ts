'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { createWebhook } from '#lib/announce/webhooks/create-webhook.ts'
import { deleteWebhook } from '#lib/announce/webhooks/delete-webhook.ts'
import { isWebhookEvent } from '#lib/announce/webhooks/event-names.ts'
import { replayDelivery } from '#lib/announce/webhooks/replay-delivery.ts'
import { testWebhook } from '#lib/announce/webhooks/test-webhook.ts'
import { updateWebhook } from '#lib/announce/webhooks/update-webhook.ts'
import { CreateWebhookInput, UpdateWebhookInput } from '#lib/announce/webhooks/webhook-input.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'
import { fromWebhookForm } from './webhook-form.ts'

const writing = { area: 'operator', permission: 'webhook:write' } as const

export const createWebhookAction = defineAction(
  { ...writing, schema: fromWebhookForm(CreateWebhookInput) },
  async (ctx, input) => {
    const webhook = await createWebhook(ctx, input)
    if (!webhook.token) redirect(`/dashboard/webhooks/${webhook.id}?done=created`)
    return {
      message: `The webhook “${webhook.name}” is ready.`,
      data: { secret: webhook.token, webhookId: webhook.id },
    }
  },
)

export const updateWebhookAction = defineAction(
  { ...writing, schema: fromWebhookForm(UpdateWebhookInput.extend({ id: id() })) },
  async (ctx, { id: webhookId, ...changes }) => {
    await updateWebhook(ctx, webhookId, changes)
    redirect(`/dashboard/webhooks/${webhookId}?done=saved`)
  },
)

export const resumeWebhookAction = defineAction(
  { ...writing, schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await updateWebhook(ctx, input.id, { active: true })
    redirect(`/dashboard/webhooks/${input.id}?done=resumed`)
  },
)

export const testWebhookAction = defineAction(
  {
    ...writing,
    schema: z.object({ id: id(), event: z.string().refine(isWebhookEvent, 'choose an event') }),
  },
  async (ctx, { id: webhookId, event }) => {
    const delivery = await testWebhook(ctx, webhookId, { event })
    redirect(`/dashboard/webhooks/${webhookId}?tested=${delivery.id}`)
  },
)

export const replayDeliveryAction = defineAction(
  { ...writing, schema: z.object({ id: id() }) },
  async (ctx, input) => {
    const { webhookId } = await replayDelivery(ctx, input.id)
    redirect(`/dashboard/webhooks/${webhookId}?done=replayed`)
  },
)

export const deleteWebhookAction = defineAction(
  { ...writing, schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await deleteWebhook(ctx, input.id)
    redirect('/dashboard/webhooks?done=deleted')
  },
)
