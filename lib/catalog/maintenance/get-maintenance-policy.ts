import { and, eq } from 'drizzle-orm'
import { maintenancePolicies } from '#db/schema/maintenance.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type MaintenancePolicyDto, toMaintenancePolicyDto } from './maintenance-policy-dto.ts'

/**
 * One maintenance policy.
 * @throws NOT_FOUND
 */
export async function getMaintenancePolicy(
  ctx: Authorized<'maintenancePolicy:read'>,
  id: string,
): Promise<MaintenancePolicyDto> {
  const [row] = await ctx.db
    .select()
    .from(maintenancePolicies)
    .where(and(eq(maintenancePolicies.accountId, ctx.accountId), eq(maintenancePolicies.id, id)))
  if (!row) throw notFound('maintenance policy')
  return toMaintenancePolicyDto(row)
}
