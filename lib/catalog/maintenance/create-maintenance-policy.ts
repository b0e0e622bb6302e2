import { maintenancePolicies } from '#db/schema/maintenance.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { type MaintenancePolicyDto, toMaintenancePolicyDto } from './maintenance-policy-dto.ts'
import { type CreateMaintenancePolicyInput, intervalOf } from './maintenance-policy-input.ts'

/**
 * Creates a maintenance policy.
 * @throws INVALID_INPUT, CONFLICT when the name is taken
 */
export function createMaintenancePolicy(
  ctx: Authorized<'maintenancePolicy:write'>,
  input: CreateMaintenancePolicyInput,
): Promise<MaintenancePolicyDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const interval = intervalOf(input)
    if (!interval) throw fieldError('interval', 'an ISO 8601 duration such as P1Y is expected')
    const [row] = await tx.db
      .insert(maintenancePolicies)
      .values({
        accountId: tx.accountId,
        id: newId(),
        name: input.name,
        description: input.description ?? '',
        interval,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [maintenancePolicies.accountId, maintenancePolicies.name] })
      .returning()
    if (!row) throw nameTaken('maintenance policy')
    recordEvent(tx, {
      event: 'maintenance-policy.created',
      resource: 'maintenance-policy',
      resourceId: row.id,
      changes: { name: row.name, interval },
    })
    return toMaintenancePolicyDto(row)
  })
}
