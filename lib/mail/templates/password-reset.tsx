import { Link, Text } from 'react-email'
import type { MailProps, MailSurroundings } from '../mail-props.ts'
import { link, MailLayout, paragraph } from './mail-layout.tsx'

export const passwordResetSubject = ({ vendorName }: MailSurroundings) => `A new password for ${vendorName}`

/** Leads to the page for a new password. */
export function PasswordReset(props: MailProps['password-reset'] & MailSurroundings) {
  const { firstName, path, portalUrl, vendorName } = props
  return (
    <MailLayout preview="The link works for one hour." title="Choose a new password" vendorName={vendorName}>
      <Text style={paragraph}>
        {firstName ? `Hello ${firstName},` : 'Hello,'} somebody asked for a new password for your account with{' '}
        {vendorName}.
      </Text>
      <Text style={paragraph}>
        <Link style={link} href={`${portalUrl}${path}`}>
          Choose a new password
        </Link>
        . The link works once, for one hour.
      </Text>
      <Text style={paragraph}>If that was not you, ignore this mail: your password stays as it is.</Text>
    </MailLayout>
  )
}
