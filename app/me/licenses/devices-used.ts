import type { MyLicenseDto } from '#lib/licensing/licenses/my-license-dto.ts'

/** How many of a license's devices are in use: `2 of 3`, or `2` where there is no limit (0 and -1, contract §4.3). */
export function devicesUsed({ totalActivations, allowedActivations }: MyLicenseDto): string {
  return allowedActivations > 0
    ? `${totalActivations} of ${allowedActivations}`
    : `${totalActivations}, no limit`
}
