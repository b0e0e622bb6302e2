import type { Ctx } from '#lib/core/context.ts'
import { describeEvent } from '../webhooks/event-catalogue.ts'
import { EVENT_NAMES, resourceOf, type WebhookEventName } from '../webhooks/event-names.ts'
import { loadResource } from '../webhooks/payloads.ts'

/** Variables of a template: `license`, `user`, `product` and `activation`, each as its GET answers it. */
export type MailVariables = Record<string, unknown> & { user: unknown }

/** Variables for the templates of a recorded event. `data` is its row's DTO. */
export async function mailVariables(
  ctx: Ctx,
  event: { event: WebhookEventName; data: unknown; at: Date },
): Promise<MailVariables> {
  const common = { event: event.event, triggeredAt: event.at.toISOString() }
  switch (resourceOf(event.event)) {
    case 'license':
      return { ...common, ...ofLicense(event.data) }
    case 'activation': {
      const licenseId = member(event.data, 'licenseId')
      const license =
        typeof licenseId === 'string' ? await loadResource(ctx, 'license', licenseId) : undefined
      return { ...common, activation: event.data, ...ofLicense(license) }
    }
    default:
      return { ...common, user: event.data }
  }
}

/** The same with made-up values, for previews, tests and for finding mistakes when a template is saved. */
export function sampleVariables(event: WebhookEventName): MailVariables {
  const { data, triggeredAt } = describeEvent(event).sample
  const common = { event, triggeredAt }
  switch (resourceOf(event)) {
    case 'license':
      return { ...common, ...ofLicense(data) }
    case 'activation':
      return { ...common, activation: data, ...ofLicense(describeEvent('license.created').sample.data) }
    default:
      return { ...common, user: data }
  }
}

function ofLicense(license: unknown) {
  return { license, user: member(license, 'user'), product: member(license, 'product') }
}

/** One member of a DTO; null where there is none. */
export function member(value: unknown, name: string): unknown {
  const isObject = value !== null && typeof value === 'object'
  return isObject ? (Object.entries(value).find(([key]) => key === name)?.[1] ?? null) : null
}

/** Events about somebody who can get a mail: a license's owner, or the user. */
export const MAIL_EVENTS: readonly WebhookEventName[] = [
  ...EVENT_NAMES.license,
  ...EVENT_NAMES.activation,
  ...EVENT_NAMES.user,
]

/** Whether an automated mail can be sent for it. */
export function isMailEvent(text: string): text is WebhookEventName {
  return (MAIL_EVENTS as readonly string[]).includes(text)
}
