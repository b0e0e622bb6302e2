import { render, toPlainText } from '@react-email/render'
import type { ReactElement } from 'react'
import type { MailContent, MailProps, MailSurroundings, MailTemplate } from '../mail-props.ts'
import { LicenseKey, licenseKeySubject } from './license-key.tsx'
import { OperatorAlert, operatorAlertSubject } from './operator-alert.tsx'
import { Welcome, welcomeSubject } from './welcome.tsx'

interface Template<Props> {
  subject(props: Props): string
  body(props: Props): ReactElement
}

const templates: { [T in MailTemplate]: Template<MailProps[T] & MailSurroundings> } = {
  welcome: { subject: welcomeSubject, body: Welcome },
  'license-key': { subject: licenseKeySubject, body: LicenseKey },
  'operator-alert': { subject: operatorAlertSubject, body: OperatorAlert },
}

/** Renders a mail: subject, HTML and the same as plain text. */
export async function renderMail<T extends MailTemplate>(
  template: T,
  props: MailProps[T] & MailSurroundings,
): Promise<MailContent> {
  const { subject, body } = templates[template]
  const html = await render(body(props))
  return { subject: subject(props), html, text: toPlainText(html) }
}
