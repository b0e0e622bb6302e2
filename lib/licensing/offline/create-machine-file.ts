import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { OfflineFileDto } from './file-dto.ts'
import type { FileInput } from './file-input.ts'
import { machineFile } from './machine-file.ts'

/**
 * Makes a signed file of one device of a license, which only that device can use.
 * @throws ACTIVATION_NOT_FOUND, INVALID_LICENSE_TYPE for a pool's device, REVOKED_LICENSE
 */
export function createMachineFile(
  ctx: Authorized<'license:write'>,
  { id, ...input }: FileInput & { id: string },
): Promise<OfflineFileDto> {
  return inTransaction(ctx, (tx) => machineFile(tx, id, input))
}
