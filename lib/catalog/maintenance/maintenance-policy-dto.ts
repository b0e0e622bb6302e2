import { z } from 'zod'
import type { maintenancePolicies } from '#db/schema/maintenance.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { intervalSeconds } from '../templates/interval.ts'

/** For how long licenses get new releases. */
export const MaintenancePolicyDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    description: z.string(),
    interval: z.string().meta({ description: 'ISO 8601 duration of one period.' }),
    validity: z
      .int()
      .meta({ description: 'Nominal length of the interval, seconds (year 365 days, month 30 days).' }),
  })
  .meta({ id: 'MaintenancePolicy' })
export type MaintenancePolicyDto = z.output<typeof MaintenancePolicyDto>

export function toMaintenancePolicyDto(row: typeof maintenancePolicies.$inferSelect): MaintenancePolicyDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    description: row.description,
    interval: row.interval,
    validity: intervalSeconds(row.interval),
  }
}
