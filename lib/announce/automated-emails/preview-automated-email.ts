import { z } from 'zod'
import { actorName } from '#lib/core/actor.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { PreviewInput } from './automated-email-input.ts'
import { renderSample } from './check-templates.ts'
import { findAutomatedEmail } from './get-automated-email.ts'
import { isMailEvent } from './variables.ts'

/** A rendered mail. `body` is HTML. */
export const PreviewDto = z
  .object({ subject: z.string(), body: z.string() })
  .meta({ id: 'AutomatedEmailPreview' })
export type PreviewDto = z.infer<typeof PreviewDto>

/**
 * An automated mail as it would look, with made-up values. Templates may be given that are not saved yet.
 * @throws NOT_FOUND, INVALID_INPUT for templates that cannot be rendered within a second, RATE_LIMITED
 */
export async function previewAutomatedEmail(
  ctx: Authorized<'automatedEmail:read'>,
  id: string,
  input: PreviewInput,
): Promise<PreviewDto> {
  const mail = await findAutomatedEmail(ctx.db, ctx.accountId, id)
  if (!isMailEvent(mail.event)) throw fieldError('event', 'is none of the events that a mail can be sent for')
  const templates = { subject: input.subject ?? mail.subject, body: input.body ?? mail.body }
  const { subject, html } = await renderSample(mail.event, templates, actorName(ctx.actor))
  return { subject, body: html }
}
