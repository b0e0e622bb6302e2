import { render, toPlainText } from '@react-email/render'
import type { ReactElement } from 'react'
import type { MailContent, MailProps, MailSurroundings, OwnTemplate } from '../mail-props.ts'
import { AuditHead, auditHeadSubject } from './audit-head.tsx'
import { DeviceFreed, deviceFreedSubject } from './device-freed.tsx'
import { LicenseKey, licenseKeySubject } from './license-key.tsx'
import { OperatorAlert, operatorAlertSubject } from './operator-alert.tsx'
import { PasswordReset, passwordResetSubject } from './password-reset.tsx'
import { SecurityNotice, securityNoticeSubject } from './security-notice.tsx'
import { Welcome, welcomeSubject } from './welcome.tsx'

interface Template<Props> {
  subject(props: Props): string
  body(props: Props): ReactElement
}

const templates: { [T in OwnTemplate]: Template<MailProps[T] & MailSurroundings> } = {
  welcome: { subject: welcomeSubject, body: Welcome },
  'license-key': { subject: licenseKeySubject, body: LicenseKey },
  'password-reset': { subject: passwordResetSubject, body: PasswordReset },
  'security-notice': { subject: securityNoticeSubject, body: SecurityNotice },
  'device-freed': { subject: deviceFreedSubject, body: DeviceFreed },
  'operator-alert': { subject: operatorAlertSubject, body: OperatorAlert },
  'audit-head': { subject: auditHeadSubject, body: AuditHead },
}

/** The same as plain text, for mails whose HTML was made elsewhere. */
export { toPlainText }

/** Renders a mail: subject, HTML and the same as plain text. */
export async function renderMail<T extends OwnTemplate>(
  template: T,
  props: MailProps[T] & MailSurroundings,
): Promise<MailContent> {
  const { subject, body } = templates[template]
  const html = await render(body(props))
  return { subject: subject(props), html, text: toPlainText(html) }
}
