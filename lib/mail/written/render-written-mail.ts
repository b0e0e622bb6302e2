import type { MailContent, MailProps } from '../mail-props.ts'
import { UnrenderableMail } from '../unrenderable-mail.ts'
import { FaultyTemplate, renderTemplate, SlowTemplate } from './render-template.ts'

/**
 * Renders a mail of the vendor's own: everything but its plain text.
 * @throws {UnrenderableMail} transient when a template takes too long: that may be the machine's doing
 */
export async function renderWrittenMail(props: MailProps['automated']): Promise<Omit<MailContent, 'text'>> {
  const { fromName, fromEmail, replyTo, cc, bcc, variables } = props
  const queue = `mail:${props.automatedEmailId}`
  try {
    return {
      subject: await renderTemplate({ form: 'line', template: props.subject, variables }, queue),
      html: await renderTemplate({ form: 'html', template: props.body, variables }, queue),
      ...((fromName || fromEmail) && { from: { name: fromName, address: fromEmail } }),
      ...(replyTo && { replyTo }),
      ...(cc.length > 0 && { cc }),
      ...(bcc.length > 0 && { bcc }),
    }
  } catch (cause) {
    if (cause instanceof SlowTemplate) {
      throw new UnrenderableMail(`The template ${cause.message}`, { cause, isTransient: true })
    }
    if (!(cause instanceof FaultyTemplate)) throw cause
    throw new UnrenderableMail(`The template cannot be rendered: ${cause.message.slice(0, 200)}`, { cause })
  }
}
