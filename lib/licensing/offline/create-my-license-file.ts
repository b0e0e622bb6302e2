import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { OfflineFileDto } from './file-dto.ts'
import { DEFAULT_FILE } from './file-input.ts'
import { licenseFile } from './license-file.ts'
import { requireOwnLicense } from './own-license.ts'

/**
 * The file of a license of the signed-in customer, valid for 30 days.
 * @throws NOT_FOUND also for somebody else's, REVOKED_LICENSE
 */
export function createMyLicenseFile(
  ctx: Authorized<'me:write'>,
  { id }: { id: string },
): Promise<OfflineFileDto> {
  return inTransaction(ctx, async (tx) => {
    await requireOwnLicense(tx, id)
    return licenseFile(tx, id, DEFAULT_FILE)
  })
}
