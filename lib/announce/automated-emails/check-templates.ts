import { fieldError } from '#lib/core/errors.ts'
import { FaultyTemplate, renderTemplate, SlowTemplate } from '#lib/mail/written/render-template.ts'
import type { TemplateJob } from '#lib/mail/written/template-renderer.ts'
import type { WebhookEventName } from '../webhooks/event-names.ts'
import { sampleVariables } from './variables.ts'

export interface RenderedSample {
  subject: string
  html: string
}

/**
 * Renders templates with the sample of their event, so that errors show when they are saved, not when a customer misses a mail.
 * `queue` names the author, who waits for their own renderings only.
 * @throws INVALID_INPUT naming the template and what is wrong with it, also that it takes too long; RATE_LIMITED
 */
export async function renderSample(
  event: WebhookEventName,
  templates: { subject: string; body: string },
  queue: string,
): Promise<RenderedSample> {
  const variables = sampleVariables(event)
  const render = (field: string, job: Omit<TemplateJob, 'variables'>) =>
    renderTemplate({ ...job, variables }, `sample:${queue}`).catch((error: unknown) => {
      if (error instanceof FaultyTemplate || error instanceof SlowTemplate)
        throw fieldError(field, error.message)
      throw error
    })
  const subject = await render('subject', { form: 'line', template: templates.subject })
  if (subject === '') throw fieldError('subject', 'is empty once it is rendered')
  return { subject, html: await render('body', { form: 'html', template: templates.body }) }
}
