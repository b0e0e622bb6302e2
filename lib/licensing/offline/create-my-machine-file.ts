import { inTransaction } from '#lib/audit/in-transaction.ts'
import { type Authorized, authorize } from '#lib/core/authorize.ts'
import { getMyActivation } from '../activations/get-my-activation.ts'
import type { OfflineFileDto } from './file-dto.ts'
import { DEFAULT_FILE } from './file-input.ts'
import { machineFile } from './machine-file.ts'
import { requireOwnLicense } from './own-license.ts'

/**
 * The file of a device of the signed-in customer, valid for 30 days.
 * @throws ACTIVATION_NOT_FOUND also for somebody else's, INVALID_LICENSE_TYPE for a pool's device, REVOKED_LICENSE
 */
export function createMyMachineFile(
  ctx: Authorized<'me:write'>,
  { id }: { id: string },
): Promise<OfflineFileDto> {
  return inTransaction(ctx, async (tx) => {
    const { licenseId } = await getMyActivation(authorize(tx, 'me:read'), { id })
    await requireOwnLicense(tx, licenseId)
    return machineFile(tx, id, DEFAULT_FILE)
  })
}
