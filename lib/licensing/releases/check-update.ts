import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { comparePartially, parseVersion } from '#lib/core/version.ts'
import type { ReleaseCheck } from './check-input.ts'
import { latestRelease } from './latest-release.ts'
import type { ReleaseDto } from './release-dto.ts'

/**
 * The release that an application of this version should update to, or null. If any allowed release is newer, the latest one is
 * newer, too. So only the latest is compared.
 * @throws INVALID_PRODUCT_ID, INVALID_RELEASE_VERSION_FORMAT
 */
export async function checkUpdate(
  ctx: Authorized<'public'>,
  check: ReleaseCheck,
  installedVersion: string | undefined,
): Promise<ReleaseDto | null> {
  const installed = parseVersion(installedVersion ?? '')
  if (!installed) {
    throw new AppError(
      'INVALID_RELEASE_VERSION_FORMAT',
      'version: a version like 1.2, 1.2.3 or 1.2.3.4 is expected.',
    )
  }
  const latest = await latestRelease(ctx, check)
  const found = latest && parseVersion(latest.version)
  return latest && found && comparePartially(found, installed) > 0 ? latest : null
}
