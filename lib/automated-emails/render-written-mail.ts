import type { MailContent, MailProps } from '../mail/mail-props.ts'
import { UnrenderableMail } from '../mail/unrenderable-mail.ts'
import { renderHtml, renderLine } from './liquid.ts'

/**
 * Renders a mail of the vendor's own: everything but its plain text.
 * @throws {UnrenderableMail}
 */
export function renderWrittenMail(props: MailProps['automated']): Omit<MailContent, 'text'> {
  const { fromName, fromEmail, replyTo, cc, bcc, variables } = props
  try {
    return {
      subject: renderLine(props.subject, variables),
      html: renderHtml(props.body, variables),
      ...((fromName || fromEmail) && { from: { name: fromName, address: fromEmail } }),
      ...(replyTo && { replyTo }),
      ...(cc.length > 0 && { cc }),
      ...(bcc.length > 0 && { bcc }),
    }
  } catch (cause) {
    const [reason = ''] = (cause instanceof Error ? cause.message : '').split('\n')
    throw new UnrenderableMail(`The template cannot be rendered: ${reason.slice(0, 200)}`, { cause })
  }
}
