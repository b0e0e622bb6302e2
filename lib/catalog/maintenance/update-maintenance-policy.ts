import { and, eq } from 'drizzle-orm'
import { maintenancePolicies } from '#db/schema/maintenance.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { type MaintenancePolicyDto, toMaintenancePolicyDto } from './maintenance-policy-dto.ts'
import { intervalOf, type UpdateMaintenancePolicyInput } from './maintenance-policy-input.ts'

/**
 * Changes a maintenance policy. Another interval counts from the next renewal of each license.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when the name is taken
 */
export function updateMaintenancePolicy(
  ctx: Authorized<'maintenancePolicy:write'>,
  id: string,
  input: UpdateMaintenancePolicyInput,
): Promise<MaintenancePolicyDto> {
  return uniqueName('maintenance policy', 'maintenance_policies_name', () =>
    inTransaction(ctx, async (tx) => {
      const mine = and(eq(maintenancePolicies.accountId, tx.accountId), eq(maintenancePolicies.id, id))
      const [before] = await tx.db.select().from(maintenancePolicies).where(mine).for('update')
      if (!before) throw notFound('maintenance policy')
      const interval = intervalOf(input)
      const changes = {
        ...(input.name !== undefined && { name: input.name }),
        ...(input.description !== undefined && { description: input.description }),
        ...(interval && { interval }),
      }
      const [row] = await tx.db
        .update(maintenancePolicies)
        .set({ ...changes, updatedAt: tx.clock.now() })
        .where(mine)
        .returning()
      if (!row) throw notFound('maintenance policy')
      recordEvent(tx, {
        event: 'maintenance-policy.updated',
        resource: 'maintenance-policy',
        resourceId: id,
        changes,
      })
      return toMaintenancePolicyDto(row)
    }),
  )
}
