import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { freeDevice } from './free-device.ts'
import { findMyDevice } from './my-devices.ts'
import { queueDeviceFreedMail } from './queue-device-freed-mail.ts'
import { activationNotFound } from './rules.ts'

/**
 * Frees one of the customer's own devices, within the license's deactivations, and mails it to them.
 * @throws ACTIVATION_NOT_FOUND, DEACTIVATION_LIMIT_REACHED
 */
export async function deactivateMyDevice(
  ctx: Authorized<'me:write'>,
  { activationId }: { activationId: string },
): Promise<undefined> {
  await inTransaction(ctx, async (tx) => {
    const { licenseId } = await findMyDevice(tx, activationId)
    const freed = await freeDevice(tx, { activationId, licenseId, fromBudget: true })
    if (!freed) throw activationNotFound()
    await queueDeviceFreedMail(tx, freed.facts, freed.activation, { replaced: false })
  })
}
