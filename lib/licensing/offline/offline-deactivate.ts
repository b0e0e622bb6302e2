import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { deactivateOfflineDevice } from './deactivate-device.ts'
import type { OfflineDeactivateInput } from './offline-input.ts'

/** Frees a device without a connection, on the vendor's behalf. @throws see `deactivateOfflineDevice` */
export async function offlineDeactivate(
  ctx: Authorized<'license:write'>,
  input: OfflineDeactivateInput,
): Promise<undefined> {
  await inTransaction(ctx, (tx) => deactivateOfflineDevice(tx, input))
}
