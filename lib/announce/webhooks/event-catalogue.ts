import { z } from 'zod'
import { type JsonSchema, toJsonSchema } from '#lib/core/input/json-schema.ts'
import { resourceOf, WEBHOOK_EVENTS, type WebhookEventName } from './event-names.ts'
import { RESOURCE_SCHEMAS } from './resource-schemas.ts'
import { sampleOf } from './sample.ts'

/** When each event happens. */
const OCCASIONS: Record<WebhookEventName, string> = {
  'license.created': 'A license was made.',
  'license.updated': 'A license was changed, other than by what has an event of its own.',
  'license.deleted': 'A license was deleted; `data` is its last state.',
  'license.renewed': 'A license was renewed.',
  'license.extended': 'A license was extended.',
  'license.expired': 'A license ran out.',
  'license.expiring-soon': 'A license runs out soon: `expiringSoonEventOffset` seconds before.',
  'license.maintenance-expired': "A license's maintenance ran out.",
  'license.maintenance-expiring-soon': "A license's maintenance runs out soon.",
  'license.first-activated': 'A license was activated for the first time.',
  'license.activation.limit-reached':
    'An activation was refused because every device of the license is taken.',
  'license.expiresAt.updated': 'The expiry of a license was set.',
  'license.subscription.updated': 'The subscription interval of a license was changed.',
  'license.maintenance.renewed': 'The maintenance of a license was renewed.',
  'license.maintenance.extended': 'The maintenance of a license was extended.',
  'license.key-replaced':
    'A license got another key; the old one goes on working for a while on known devices.',
  'activation.created': 'A device was activated.',
  'activation.updated': 'A device reported something new of itself, or was renamed.',
  'activation.deleted': 'A device was freed; `data` is its last state.',
  'activation.lease-expired': 'The lease of a floating device ran out.',
  'activation.shared': 'Two computers take turns on the place of one device.',
  'trial-activation.created': 'A device began a trial.',
  'trial-activation.updated': 'A device on trial reported something new of itself.',
  'trial-activation.deleted': 'A trial was forgotten; `data` is its last state.',
  'trial-activation.extended': 'A trial was extended.',
  'trial-activation.expiresAt.updated': 'The end of a trial was set.',
  'trial-activation.expired': 'A trial ran out.',
  'user.created': 'A user was made or registered.',
  'user.updated': 'A user was changed.',
  'user.deleted': 'A user was deleted; `data` names them by id alone: what was personal is erased.',
  'user.banned': 'A user was banned.',
  'user.unbanned': 'A ban was lifted.',
  'product.created': 'A product was made.',
  'product.updated': 'A product was changed.',
  'product.deleted': 'A product was deleted; `data` is its last state.',
  'product.key-rotated': 'A product signs with another key from now on; `publicKey` is the new one.',
  'release.created': 'A release was made.',
  'release.updated': 'A release or its files were changed.',
  'release.published': 'A release was published.',
  'release.deleted': 'A release was deleted; `data` is its last state.',
  'organization.created': 'An organization was made.',
  'organization.updated': 'An organization was changed.',
  'organization.deleted': 'An organization was deleted; `data` is its last state.',
}

/** One event's description for receivers. */
export const WebhookEventDto = z
  .object({
    name: z.string(),
    description: z.string(),
    schema: z
      .record(z.string(), z.unknown())
      .meta({ description: 'JSON Schema (2020-12) of the body that is sent.' }),
    sample: z.object({ event: z.string(), data: z.unknown(), triggeredAt: z.string() }),
  })
  .meta({ id: 'WebhookEvent' })
export type WebhookEventDto = z.infer<typeof WebhookEventDto>

const described = new Map<WebhookEventName, WebhookEventDto>()

/** An event's description, made once. */
export function describeEvent(name: WebhookEventName): WebhookEventDto {
  const known = described.get(name)
  if (known) return known
  const data = RESOURCE_SCHEMAS[resourceOf(name)]
  const event: WebhookEventDto = {
    name,
    description: OCCASIONS[name],
    schema: bodySchema(name, data),
    sample: { event: name, data: sampleOf(data, resourceOf(name)), triggeredAt: '2027-01-31T12:00:00.000Z' },
  }
  described.set(name, event)
  return event
}

function bodySchema(name: WebhookEventName, data: z.ZodType): JsonSchema {
  const body = z.object({ event: z.literal(name), data, triggeredAt: z.iso.datetime() })
  const definitions: Record<string, JsonSchema> = {}
  const schema = toJsonSchema(body, 'output', definitions)
  // The schema includes everything that it refers to.
  const text = JSON.stringify({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...schema,
    $defs: definitions,
  }).replaceAll('#/components/schemas/', '#/$defs/')
  return JSON.parse(text)
}

/** Every event that a webhook may ask for. */
export function listEventTypes(): WebhookEventDto[] {
  return WEBHOOK_EVENTS.map(describeEvent)
}
