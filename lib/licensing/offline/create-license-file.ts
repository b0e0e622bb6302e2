import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { OfflineFileDto } from './file-dto.ts'
import type { FileInput } from './file-input.ts'
import { licenseFile } from './license-file.ts'

/**
 * Makes a signed file of a license, for applications that cannot reach the server.
 * @throws NOT_FOUND, REVOKED_LICENSE
 */
export function createLicenseFile(
  ctx: Authorized<'license:write'>,
  { id, ...input }: FileInput & { id: string },
): Promise<OfflineFileDto> {
  return inTransaction(ctx, (tx) => licenseFile(tx, id, input))
}
