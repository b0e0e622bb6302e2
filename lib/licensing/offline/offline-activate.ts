import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { notFound } from '#lib/core/errors.ts'
import { lockLicense } from '../activations/license-facts.ts'
import { assertReleaseAllowed } from '../activations/release-rules.ts'
import { reportingFull } from '../activations/report-full.ts'
import { assertUsable } from '../activations/rules.ts'
import { takeDevice } from '../activations/take-device.ts'
import type { OfflineActivateInput, OfflineResponseDto } from './offline-input.ts'
import { unreadable } from './open-request.ts'
import { readOfflineRequest } from './read-request.ts'
import { signOfflineResponse } from './sign-response.ts'

/** Activates a device without a connection, on the vendor's behalf. @throws see `activateOfflineDevice` */
export function offlineActivate(
  ctx: Authorized<'license:write'>,
  input: OfflineActivateInput,
): Promise<OfflineResponseDto> {
  return reportingFull(ctx, () => inTransaction(ctx, (tx) => activateOfflineDevice(tx, input)))
}

/**
 * Takes the device of an offline request, in the open transaction, exactly as if it had called itself; the same request again
 * answers the same device. Somebody else brings the request, so its address is not the device's; and the permission to bring it
 * replaces the owner's sign-in.
 * @throws NOT_FOUND, INVALID_OFFLINE_REQUEST, and what activating throws
 */
export async function activateOfflineDevice(
  tx: Ctx,
  input: OfflineActivateInput,
): Promise<OfflineResponseDto> {
  const request = await readOfflineRequest(tx, input)
  if (request.type !== 'activate') throw unreadable()
  const { type: _type, requestId, ...device } = request
  const ctx: Ctx = { ...tx, ip: null }
  const facts = await lockLicense(ctx.db, ctx.accountId, input.licenseId)
  if (!facts) throw notFound('license')
  // Read under the lock, so that a long wait does not judge leases by an old time.
  const at = ctx.clock.now()
  assertUsable(facts.license, device, { at, ip: null, countryCode: null })
  await assertReleaseAllowed(ctx, facts.license, device, at)
  // Uses in the request are not counted: the device could not hear of a full counter, and a request may be brought twice.
  const taken = await takeDevice(
    ctx,
    facts,
    { ...device, requestId, meterAttributes: null },
    { at, offline: true },
  )
  return signOfflineResponse(
    ctx,
    { ...taken, key: device.key },
    { at, requestId, validity: input.responseValidity },
  )
}
