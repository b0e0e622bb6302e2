import type { MyLicenseDto } from '#lib/licensing/licenses/my-license-dto.ts'

/** A license's key, or the words for one that cannot be read. */
export function LicenseKeyText({
  license,
  className,
}: {
  license: { key: string; keyUnreadable?: true | undefined }
  className: string
}) {
  if (license.keyUnreadable)
    return <em>This key cannot be read. Replacing it gives the license a new one.</em>
  return <code className={className}>{license.key}</code>
}

/** How many of a license's devices are in use: `2 of 3`, or `2` where there is no limit (0 and -1, contract §4.3). */
export function devicesUsed({ totalActivations, allowedActivations }: MyLicenseDto): string {
  return allowedActivations > 0
    ? `${totalActivations} of ${allowedActivations}`
    : `${totalActivations}, no limit`
}
