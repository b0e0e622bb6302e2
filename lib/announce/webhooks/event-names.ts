import type { PendingEvent } from '#lib/core/pending-event.ts'

/**
 * Every event that outgoing webhooks and automated mails may ask for, by the resource it happens to. The list is closed: other
 * events of the audit trail (sign-ins, sessions, tokens) never leave.
 */
export const EVENT_NAMES = {
  license: [
    'license.created',
    'license.updated',
    'license.deleted',
    'license.renewed',
    'license.extended',
    'license.expired',
    'license.expiring-soon',
    'license.maintenance-expired',
    'license.maintenance-expiring-soon',
    'license.first-activated',
    'license.activation.limit-reached',
    'license.expiresAt.updated',
    'license.subscription.updated',
    'license.maintenance.renewed',
    'license.maintenance.extended',
    'license.key-replaced',
  ],
  activation: [
    'activation.created',
    'activation.updated',
    'activation.deleted',
    'activation.lease-expired',
    'activation.shared',
  ],
  'trial-activation': [
    'trial-activation.created',
    'trial-activation.updated',
    'trial-activation.deleted',
    'trial-activation.extended',
    'trial-activation.expiresAt.updated',
    'trial-activation.expired',
  ],
  user: ['user.created', 'user.updated', 'user.deleted', 'user.banned', 'user.unbanned'],
  product: ['product.created', 'product.updated', 'product.deleted', 'product.key-rotated'],
  release: ['release.created', 'release.updated', 'release.published', 'release.deleted'],
  organization: ['organization.created', 'organization.updated', 'organization.deleted'],
} as const

export type WebhookResource = keyof typeof EVENT_NAMES
export type WebhookEventName = (typeof EVENT_NAMES)[WebhookResource][number]

export const WEBHOOK_RESOURCES = Object.keys(EVENT_NAMES) as WebhookResource[]
export const WEBHOOK_EVENTS: readonly WebhookEventName[] = Object.values(EVENT_NAMES).flat()

const resources: ReadonlyMap<string, WebhookResource> = new Map(
  WEBHOOK_RESOURCES.flatMap((resource) => EVENT_NAMES[resource].map((name) => [name, resource] as const)),
)

/** Whether the text is such an event. */
export function isWebhookEvent(text: string): text is WebhookEventName {
  return resources.has(text)
}

/** The resource of an event, whose GET answers its `data`. */
export function resourceOf(event: WebhookEventName): WebhookResource {
  const resource = resources.get(event)
  if (!resource) throw new Error(`no resource for ${event}`)
  return resource
}

/** An event for the outside, with the present state of its row. */
export interface DispatchedEvent extends PendingEvent {
  event: WebhookEventName
  data: unknown
}
