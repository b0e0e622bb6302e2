import { Text } from 'react-email'
import type { MailProps, MailSurroundings } from '../mail-props.ts'
import { MailLayout, paragraph } from './mail-layout.tsx'

const code = {
  fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSize: '13px',
  lineHeight: '20px',
  color: '#111827',
  wordBreak: 'break-all',
  margin: '0 0 16px',
} as const

export const auditHeadSubject = ({ at }: MailProps['audit-head']) => `The audit trail on ${at.slice(0, 10)}`

/** Tells owners the newest link of the audit trail, so that it is kept outside the database. */
export function AuditHead({ link, at, vendorName }: MailProps['audit-head'] & MailSurroundings) {
  return (
    <MailLayout
      preview="Keep this mail: with it you can check later that no event was changed or removed."
      title="Keep this mail"
      vendorName={vendorName}
    >
      <Text style={paragraph}>
        This is the newest link of the audit trail. It was written on {at.slice(0, 10)} at {at.slice(11, 19)}{' '}
        UTC:
      </Text>
      <Text style={code}>{link}</Text>
      <Text style={paragraph}>
        To check later that every event up to it is still there and unchanged, run this where Latchkey is
        installed:
      </Text>
      <Text style={code}>npm run -s latchkey -- doctor --since {link}</Text>
      <Text style={paragraph}>
        If it says that the audit trail is not as it was written, events were changed or removed, or an older
        backup was restored. This mail comes once a month, unless nothing happened since the last one.
      </Text>
    </MailLayout>
  )
}
