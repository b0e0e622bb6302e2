import { fieldError } from '../errors.ts'
import type { WebhookEventName } from '../webhooks/event-names.ts'
import { renderHtml, renderLine } from './liquid.ts'
import { sampleVariables } from './variables.ts'

export interface RenderedSample {
  subject: string
  html: string
}

/**
 * Renders templates with the sample of their event: what is wrong with them shows when they are saved, not when a customer
 * should have got a mail.
 * @throws INVALID_INPUT naming the template and what is wrong with it
 */
export function renderSample(
  event: WebhookEventName,
  templates: { subject: string; body: string },
): RenderedSample {
  const variables = sampleVariables(event)
  const subject = named('subject', () => renderLine(templates.subject, variables))
  if (subject === '') throw fieldError('subject', 'is empty once it is rendered')
  return { subject, html: named('body', () => renderHtml(templates.body, variables)) }
}

function named(field: string, render: () => string): string {
  try {
    return render()
  } catch (error) {
    // Liquid's first line says what and where; the rest quotes the template.
    const [reason = 'cannot be rendered'] = (error instanceof Error ? error.message : '').split('\n')
    throw fieldError(field, reason.slice(0, 300))
  }
}
