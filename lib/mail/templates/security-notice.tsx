import { Link, Text } from 'react-email'
import type { MailProps, MailSurroundings, SecurityChange } from '../mail-props.ts'
import { link, MailLayout, paragraph } from './mail-layout.tsx'

const WHAT: Record<SecurityChange, { title: string; sentence: string }> = {
  'password-changed': {
    title: 'Your password was changed',
    sentence: 'Your account has a new password.',
  },
  'email-changed': {
    title: 'Your email address was changed',
    sentence: 'Your account has another email address now; this one does not sign in any more.',
  },
  'password-reset': {
    title: 'Your password was changed',
    sentence: 'A new password was set through a link that was sent to you. You are signed out everywhere.',
  },
  'second-factor-on': {
    title: 'Two-step sign-in is on',
    sentence: 'From now on signing in also asks for a code of your authenticator application.',
  },
  'second-factor-off': {
    title: 'Two-step sign-in is off',
    sentence: 'From now on your password alone is enough to sign in.',
  },
}

export const securityNoticeSubject = ({ change }: MailProps['security-notice']) => WHAT[change].title

/** Tells of a change of how somebody signs in, in case it was not them. */
export function SecurityNotice(props: MailProps['security-notice'] & MailSurroundings) {
  const { firstName, change, portalUrl, vendorName } = props
  const { title, sentence } = WHAT[change]
  return (
    <MailLayout preview="If this was not you, act now." title={title} vendorName={vendorName}>
      <Text style={paragraph}>
        {firstName ? `Hello ${firstName},` : 'Hello,'} {sentence.charAt(0).toLowerCase()}
        {sentence.slice(1)}
      </Text>
      <Text style={paragraph}>
        If this was not you,{' '}
        <Link style={link} href={`${portalUrl}/forgot-password`}>
          choose a new password
        </Link>{' '}
        and answer this mail.
      </Text>
    </MailLayout>
  )
}
