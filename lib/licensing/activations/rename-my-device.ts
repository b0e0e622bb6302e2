import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { activations } from '#db/schema/licenses.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { type ActivationDto, toActivationDto } from './activation-dto.ts'
import { findMyDevice } from './my-devices.ts'
import { activationNotFound } from './rules.ts'

/** An empty name goes back to the host's. */
const DeviceName = text(NAME_LENGTH).transform((name) => name.trim())

export const RenameMyDevice = z.object({ activationId: z.uuid(), name: DeviceName })

/**
 * Names one of the customer's own devices.
 * @throws ACTIVATION_NOT_FOUND
 */
export async function renameMyDevice(
  ctx: Authorized<'me:write'>,
  { activationId, name }: z.output<typeof RenameMyDevice>,
): Promise<ActivationDto> {
  return inTransaction(ctx, async (tx) => {
    const device = await findMyDevice(tx, activationId)
    if (device.name === name) return toActivationDto(device, device.meters)
    const [renamed] = await tx.db
      .update(activations)
      .set({ name, updatedAt: tx.clock.now() })
      .where(and(eq(activations.accountId, tx.accountId), eq(activations.id, activationId)))
      .returning()
    if (!renamed) throw activationNotFound()
    recordEvent(tx, {
      event: 'activation.updated',
      resource: 'activation',
      resourceId: activationId,
      userId: tx.actor.kind === 'customer' ? tx.actor.userId : null,
      personal: { name },
    })
    return toActivationDto(renamed, device.meters)
  })
}
