import { Link, Text } from 'react-email'
import type { MailProps, MailSurroundings } from '../mail-props.ts'
import { link, MailLayout, paragraph } from './mail-layout.tsx'

export const deviceFreedSubject = ({ productName, replaced }: MailProps['device-freed']) =>
  replaced
    ? `Another device took a place of your ${productName} license`
    : `A device of your ${productName} license was freed`

/** Tells an owner that a device of theirs lost its place, in case it was somebody else. */
export function DeviceFreed(props: MailProps['device-freed'] & MailSurroundings) {
  const { firstName, productName, deviceName, licenseId, replaced, portalUrl, vendorName } = props
  const device = deviceName ? `“${deviceName}”` : 'One of your devices'
  return (
    <MailLayout
      preview={`${productName} no longer runs on one of your devices.`}
      title={replaced ? 'A device took another one’s place' : 'A device was freed'}
      vendorName={vendorName}
    >
      <Text style={paragraph}>
        {firstName ? `Hello ${firstName},` : 'Hello,'}{' '}
        {replaced
          ? `${device} no longer uses your ${productName} license: another device was activated in its place.`
          : `${device} no longer uses your ${productName} license. Its place is free for another one.`}
      </Text>
      <Text style={paragraph}>
        If this was you, there is nothing to do. If not, somebody else knows your license key or your
        password:{' '}
        <Link style={link} href={`${portalUrl}/me/licenses/${licenseId}`}>
          look at the devices of this license
        </Link>{' '}
        and tell us.
      </Text>
    </MailLayout>
  )
}
