import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { queueDeviceFreedMail } from '../activations/queue-device-freed-mail.ts'
import { deactivateOfflineDevice } from './offline-deactivate.ts'
import type { OfflineDeactivateInput } from './offline-input.ts'
import { requireOwnLicense } from './own-license.ts'

/**
 * Frees a device without a connection from a license of the signed-in customer, and mails it to them.
 * @throws NOT_FOUND also for somebody else's; see `deactivateOfflineDevice`
 */
export async function offlineDeactivateMine(
  ctx: Authorized<'me:write'>,
  input: OfflineDeactivateInput,
): Promise<undefined> {
  await inTransaction(ctx, async (tx) => {
    await requireOwnLicense(tx, input.licenseId)
    const { facts, activation } = await deactivateOfflineDevice(tx, input)
    await queueDeviceFreedMail(tx, facts, activation, { replaced: false })
  })
}
