import { z } from 'zod'
import { parseEmail } from '#lib/core/canonical-email.ts'
import { bool, exactText, id, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { isMailEvent, MAIL_EVENTS } from './variables.ts'

const line = (max: number, min = 0) =>
  text(max, min).refine((value) => !/[\t\r\n]/.test(value), 'must be one line')

/** Templates stay as they were written. */
const template = (max: number) =>
  exactText(max, 1).refine((value) => !/[\t\r\n]/.test(value), 'must be one line')

/** One address, or nothing. */
const address = () =>
  text(254).transform((value, refinement) => {
    if (value.trim() === '') return ''
    const parsed = parseEmail(value)
    if (typeof parsed !== 'string') return parsed.value
    refinement.addIssue({ code: 'custom', message: parsed })
    return z.NEVER
  })

/** Up to ten addresses between commas, or nothing. */
const addresses = () =>
  text(2600).transform((value, refinement) => {
    const parts = value
      .split(/[,;]/)
      .map((part) => part.trim())
      .filter(Boolean)
    const parsed = parts.map((part) => parseEmail(part))
    const wrong = parsed.find((part) => typeof part === 'string')
    if (wrong !== undefined || parts.length > 10) {
      refinement.addIssue({ code: 'custom', message: String(wrong ?? 'must have at most 10 addresses') })
      return z.NEVER
    }
    return parsed.map((part) => (typeof part === 'string' ? part : part.value)).join(', ')
  })

const event = () =>
  z.string('the name of an event is expected').refine(isMailEvent, {
    error: `is none of the events that a mail can be sent for: ${MAIL_EVENTS.join(', ')}`,
  })

/** Null clears it; absent leaves it as it is. */
const emptiableField = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === null ? '' : value), schema.optional())

const addressing = {
  replyTo: emptiableField(address()),
  cc: emptiableField(addresses()),
  bcc: emptiableField(addresses()),
  productIds: optionalField(z.array(id()).max(100, 'must have at most 100 entries')),
}

/** Body of `POST /v3/automated-emails`. */
export const CreateAutomatedEmailInput = z.object({
  ...addressing,
  name: line(256, 1),
  fromName: emptiableField(line(128)),
  fromEmail: emptiableField(address()),
  subject: template(1000),
  body: exactText(100_000, 1),
  event: event(),
  enabled: optionalField(bool()).transform((value) => value ?? true),
  custom: optionalField(bool()).transform((value) => value ?? true),
})
export type CreateAutomatedEmailInput = z.output<typeof CreateAutomatedEmailInput>

/** Body of `PATCH /v3/automated-emails/{id}`. */
export const UpdateAutomatedEmailInput = z.object({
  ...addressing,
  name: optionalField(line(256, 1)),
  fromName: emptiableField(line(128)),
  fromEmail: emptiableField(address()),
  subject: optionalField(template(1000)),
  body: optionalField(exactText(100_000, 1)),
  event: optionalField(event()),
  enabled: optionalField(bool()),
  custom: optionalField(bool()),
})
export type UpdateAutomatedEmailInput = z.output<typeof UpdateAutomatedEmailInput>

/** Body of the preview: templates that are not saved yet; what is left out is as it is. */
export const PreviewInput = z.object({
  subject: optionalField(template(1000)),
  body: optionalField(exactText(100_000, 1)),
})
export type PreviewInput = z.output<typeof PreviewInput>

/** Body of the test: who gets it. */
export const TestEmailInput = z.object({
  email: text(254, 1).transform((value, refinement) => {
    const parsed = parseEmail(value)
    if (typeof parsed !== 'string') return parsed.value
    refinement.addIssue({ code: 'custom', message: parsed })
    return z.NEVER
  }),
})
