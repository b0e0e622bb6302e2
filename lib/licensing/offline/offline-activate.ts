import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { reportingFull } from '../activations/report-full.ts'
import { activateOfflineDevice } from './activate-device.ts'
import type { OfflineActivateInput, OfflineResponseDto } from './offline-input.ts'

/** Activates a device without a connection, on the vendor's behalf. @throws see `activateOfflineDevice` */
export function offlineActivate(
  ctx: Authorized<'license:write'>,
  input: OfflineActivateInput,
): Promise<OfflineResponseDto> {
  return reportingFull(ctx, () => inTransaction(ctx, (tx) => activateOfflineDevice(tx, input)))
}
