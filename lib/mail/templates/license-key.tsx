import { CodeInline, Link, Text } from 'react-email'
import type { MailProps, MailSurroundings } from '../mail-props.ts'
import { link, MailLayout, paragraph } from './mail-layout.tsx'

export const licenseKeySubject = ({ productName, formerKeyUntil }: MailProps['license-key']) =>
  formerKeyUntil ? `Your new license key for ${productName}` : `Your license key for ${productName}`

/** Hands a customer the key of a license and says how to use it. */
export function LicenseKey(props: MailProps['license-key'] & MailSurroundings) {
  const { firstName, productName, licenseKey, licenseId, formerKeyUntil, portalUrl, vendorName } = props
  return (
    <MailLayout
      preview={`How to activate ${productName}.`}
      title={`Your license for ${productName}`}
      vendorName={vendorName}
    >
      <Text style={paragraph}>
        {firstName ? `Hello ${firstName},` : 'Hello,'}{' '}
        {formerKeyUntil
          ? 'the key of your license was replaced. This is the new one:'
          : 'thank you. This is your license key:'}
      </Text>
      <Text style={{ ...paragraph, fontSize: '16px', wordBreak: 'break-all' }}>
        <CodeInline style={{ backgroundColor: '#f3f4f6', borderRadius: '4px', padding: '6px 8px' }}>
          {licenseKey}
        </CodeInline>
      </Text>
      {formerKeyUntil && (
        <Text style={paragraph}>
          The old key takes no new device. Devices that already use it go on until{' '}
          {formerKeyUntil.slice(0, 10)}: enter the new key there before. If you did not ask for this, change
          your password and write to us.
        </Text>
      )}
      <Text style={paragraph}>
        To activate, open {productName}, choose to enter a license key, and paste the key. The computer needs
        the internet once; after that it also runs offline.
      </Text>
      <Text style={paragraph}>
        <Link style={link} href={`${portalUrl}/me/licenses/${licenseId}`}>
          See this license
        </Link>{' '}
        to check its state, and to free a device that you no longer use.
      </Text>
    </MailLayout>
  )
}
