import { and, eq } from 'drizzle-orm'
import { activations } from '#db/schema/licenses.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { freeDevice } from './free-device.ts'
import { activationNotFound } from './rules.ts'

/**
 * Frees a device on the vendor's behalf: the license's deactivations are neither checked nor used up.
 * @throws ACTIVATION_NOT_FOUND
 */
export async function deleteActivation(
  ctx: Authorized<'license:write'>,
  { id }: { id: string },
): Promise<undefined> {
  const [row] = await ctx.db
    .select({ licenseId: activations.licenseId })
    .from(activations)
    .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, id)))
  if (!row) throw activationNotFound()
  const device = { activationId: id, licenseId: row.licenseId, fromBudget: false }
  if (!(await inTransaction(ctx, (tx) => freeDevice(tx, device)))) throw activationNotFound()
}
