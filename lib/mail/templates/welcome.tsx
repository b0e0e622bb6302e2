import { Link, Text } from 'react-email'
import type { MailProps, MailSurroundings } from '../mail-props.ts'
import { link, MailLayout, paragraph } from './mail-layout.tsx'

export const welcomeSubject = ({ vendorName }: MailSurroundings) => `Welcome to ${vendorName}`

/** Greets a new customer and says where things are. */
export function Welcome({ firstName, portalUrl, vendorName }: MailProps['welcome'] & MailSurroundings) {
  return (
    <MailLayout
      preview="Your account is ready."
      title={firstName ? `Welcome, ${firstName}` : 'Welcome'}
      vendorName={vendorName}
    >
      <Text style={paragraph}>Your account with {vendorName} is ready.</Text>
      <Text style={paragraph}>
        Everything you buy appears under{' '}
        <Link style={link} href={`${portalUrl}/me/licenses`}>
          My licenses
        </Link>
        . There you find your keys and see which of your devices use them.
      </Text>
      <Text style={paragraph}>
        If you did not create this account, somebody else used your address. You can ignore this mail.
      </Text>
    </MailLayout>
  )
}
