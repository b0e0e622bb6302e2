import { and, eq } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { freeDevice } from '../activations/free-device.ts'
import { activationNotFound } from '../activations/rules.ts'
import { isOwnFingerprint } from '../activations/structured-fingerprint.ts'
import type { OfflineDeactivateInput } from './offline-input.ts'
import { unreadable } from './open-request.ts'
import { readOfflineRequest } from './read-request.ts'

/** Frees a device without a connection, on the vendor's behalf. @throws see `deactivateOfflineDevice` */
export async function offlineDeactivate(
  ctx: Authorized<'license:write'>,
  input: OfflineDeactivateInput,
): Promise<undefined> {
  await inTransaction(ctx, (tx) => deactivateOfflineDevice(tx, input))
}

/**
 * Frees the device of an offline request, in the open transaction, within the license's deactivations.
 * @throws NOT_FOUND, INVALID_OFFLINE_REQUEST, ACTIVATION_NOT_FOUND when it was freed before, DEACTIVATION_LIMIT_REACHED
 */
export async function deactivateOfflineDevice(
  ctx: Ctx,
  input: OfflineDeactivateInput,
): Promise<NonNullable<Awaited<ReturnType<typeof freeDevice>>>> {
  const request = await readOfflineRequest(ctx, input)
  if (request.type !== 'deactivate') throw unreadable()
  const [device] = await ctx.db
    .select({ fingerprint: activations.fingerprint, strategy: licenses.fingerprintMatchingStrategy })
    .from(activations)
    .innerJoin(
      licenses,
      and(eq(licenses.accountId, activations.accountId), eq(licenses.id, activations.licenseId)),
    )
    .where(
      and(
        eq(activations.accountId, ctx.accountId),
        eq(activations.licenseId, input.licenseId),
        eq(activations.id, request.activationId),
      ),
    )
  if (!device) throw activationNotFound()
  if (!isOwnFingerprint(device.fingerprint, request.fingerprint, device.strategy)) throw unreadable()
  const freed = await freeDevice(ctx, {
    activationId: request.activationId,
    licenseId: input.licenseId,
    fromBudget: true,
  })
  if (!freed) throw activationNotFound()
  return freed
}
