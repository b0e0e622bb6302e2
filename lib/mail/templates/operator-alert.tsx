import { Link, Text } from 'react-email'
import type { MailProps, MailSurroundings } from '../mail-props.ts'
import { link, MailLayout, paragraph } from './mail-layout.tsx'

export const operatorAlertSubject = ({ title }: MailProps['operator-alert']) => title

/** Tells an operator that something waits for a person. */
export function OperatorAlert(props: MailProps['operator-alert'] & MailSurroundings) {
  const { title, sentence, path, portalUrl, vendorName } = props
  return (
    <MailLayout preview={sentence} title={title} vendorName={vendorName}>
      <Text style={paragraph}>{sentence}</Text>
      <Text style={paragraph}>
        <Link style={link} href={`${portalUrl}${path}`}>
          Open the dashboard
        </Link>
      </Text>
    </MailLayout>
  )
}
