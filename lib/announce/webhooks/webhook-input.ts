import { z } from 'zod'
import { bool, exactText, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { secret } from '#lib/core/input/secret.ts'
import { isWebhookEvent, type WebhookEventName } from './event-names.ts'
import { STANDARD_PREFIX } from './sign-delivery.ts'

/** At least 24 bytes: whoever keeps a signed body could guess a shorter key. Standard Webhooks says 24 to 64. */
const STANDARD_SECRET = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const token = () =>
  secret(
    exactText(512)
      .refine((value) => /^[\x21-\x7e]*$/.test(value), 'must be printable characters without spaces')
      .refine(
        (value) =>
          !value.startsWith(STANDARD_PREFIX) || isStandardSecret(value.slice(STANDARD_PREFIX.length)),
        'after whsec_, 24 to 64 bytes in base64 are expected',
      ),
  )

function isStandardSecret(base64: string): boolean {
  const { length } = Buffer.from(base64, 'base64')
  return STANDARD_SECRET.test(base64) && length >= 24 && length <= 64
}

const events = () =>
  z
    .array(z.string('the name of an event is expected'))
    .min(1, 'choose at least one event')
    .max(200, 'must have at most 200 entries')
    .transform((given, refinement): WebhookEventName[] => {
      // Some clients write the resource as its path, some as the field of a body.
      const names = given.map((name) => name.replace(/^trialActivation\./, 'trial-activation.'))
      const unknown = names.filter((name) => !isWebhookEvent(name))
      if (unknown.length > 0) {
        refinement.addIssue({
          code: 'custom',
          message: `there is no event ${unknown
            .slice(0, 5)
            .map((name) => `"${name.slice(0, 60)}"`)
            .join(', ')}; GET /v3/webhooks/events lists them`,
        })
      }
      return [...new Set(names.filter(isWebhookEvent))]
    })

/** Body of `POST /v3/webhooks`. */
export const CreateWebhookInput = z.object({
  name: text(256, 1),
  url: exactText(2048, 1),
  token: optionalField(token()).meta({
    description: 'The secret that deliveries are signed with. Left out, one is made and answered this once.',
  }),
  active: optionalField(bool()).transform((value) => value ?? true),
  events: events(),
})
export type CreateWebhookInput = z.output<typeof CreateWebhookInput>

/** Body of `PATCH /v3/webhooks/{id}`. */
export const UpdateWebhookInput = z.object({
  name: optionalField(text(256, 1)),
  url: optionalField(exactText(2048, 1)),
  token: optionalField(token()).meta({
    description: 'Another secret. Left out or empty, it stays what it is.',
  }),
  active: optionalField(bool()).meta({ description: '`true` also resumes a suspended webhook.' }),
  events: optionalField(events()),
})
export type UpdateWebhookInput = z.output<typeof UpdateWebhookInput>

/** Body of `POST /v3/webhooks/{id}/test`; may be empty. */
export const TestWebhookInput = z.object({
  event: optionalField(
    z
      .string('the name of an event is expected')
      .refine(isWebhookEvent, 'there is no such event; GET /v3/webhooks/events lists them'),
  ),
})
