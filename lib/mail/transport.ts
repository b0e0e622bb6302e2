import { createTransport, type Transporter } from 'nodemailer'
import { env } from '#lib/core/env.ts'
import { processSlot } from '#lib/core/process-slot.ts'
import type { MailContent } from './mail-props.ts'

const TIMEOUT_MS = 20_000

const slot = processSlot<{ url: string; transporter: Transporter }>('smtp')

/** Whether mails leave over SMTP; without it the embedded mode keeps them for its mailbox page. */
export function hasTransport(): boolean {
  return env().SMTP_URL !== undefined
}

/**
 * Hands a mail to the SMTP server. The message id is the mail's own, so that a mail sent twice (the process died before it
 * could note the first) is one mail to programs that look.
 */
export async function sendOverSmtp(id: string, to: string, content: MailContent): Promise<void> {
  const url = env().SMTP_URL
  if (!url) throw new Error('SMTP_URL is not set')
  let known = slot.get()
  if (known?.url !== url) {
    const transporter = createTransport({
      url,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    })
    known = { url, transporter }
    slot.set(known)
  }
  const { from, ...rest } = content
  await known.transporter.sendMail({
    ...rest,
    from: from ? senderOf(from) : env().MAIL_FROM,
    to,
    // Its other encoding splits long headers within characters outside the basic plane, 𠮷 for one.
    textEncoding: 'quoted-printable',
    messageId: `<${id}@${new URL(env().PUBLIC_URL).hostname}>`,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function senderOf({ name, address }: NonNullable<MailContent['from']>) {
  return { name, address: address || env().MAIL_FROM.address }
}
