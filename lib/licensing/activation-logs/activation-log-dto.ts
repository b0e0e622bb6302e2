import { z } from 'zod'
import type { activationLogs } from '#db/schema/license-parts.ts'
import { type Opener, openerForUsers } from '#lib/audit/user-key.ts'
import type { Ctx } from '#lib/core/context.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { LocationDto, toLocationDto } from '../activations/activation-dto.ts'
import { LOGGED_ACTIONS } from '../activations/log-activation.ts'

/** One line of the activation log (contract §4.7). */
export const ActivationLogDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    /** `sync` only if the device reported something new; `swap` and `cull` for the device that was freed. */
    action: z.enum(LOGGED_ACTIONS),
    activationId: z.uuid(),
    licenseId: z.uuid(),
    productId: z.uuid(),
    os: z.string(),
    osVersion: z.string(),
    /** Empty when its owner was erased or it cannot be read. */
    hostname: z.string(),
    location: LocationDto,
    vmName: z.string(),
    container: z.boolean(),
    offline: z.boolean(),
    appVersion: z.string(),
    releaseVersion: z.string(),
    metadata: z.array(z.object({ key: z.string(), value: z.string() })),
  })
  .meta({ id: 'ActivationLog' })
export type ActivationLogDto = z.output<typeof ActivationLogDto>

type Row = typeof activationLogs.$inferSelect

/** A row as a DTO. `open` opens values under a user's key; what it cannot open is empty. */
export function toActivationLogDto(row: Row, open: Opener): ActivationLogDto {
  const opened = (value: string | null) => (value && row.userId ? open(row.userId, value).text : value) ?? ''
  const action = LOGGED_ACTIONS.find((known) => known === row.action)
  if (!action) throw new Error(`the activation log holds an unknown action: ${row.action}`)
  const at = row.createdAt.toISOString()
  return {
    id: row.id,
    createdAt: at,
    updatedAt: at,
    action,
    activationId: row.activationId,
    licenseId: row.licenseId,
    productId: row.productId,
    os: row.os,
    osVersion: row.osVersion,
    hostname: opened(row.hostname),
    location: toLocationDto({ ip: opened(row.ip), countryCode: row.countryCode }),
    vmName: row.vmName,
    container: row.container,
    offline: row.offline,
    appVersion: row.appVersion,
    releaseVersion: row.releaseVersion,
    metadata: row.metadata.map(({ key, value }) => ({ key, value })),
  }
}

/** Rows as DTOs; the users' keys are read with one query. */
export async function openActivationLogs(
  ctx: Ctx,
  rows: readonly (typeof activationLogs.$inferSelect)[],
): Promise<ActivationLogDto[]> {
  const userIds = [...new Set(rows.flatMap(({ userId }) => (userId ? [userId] : [])))]
  const open = await openerForUsers(ctx.db, ctx.accountId, userIds)
  return rows.map((row) => toActivationLogDto(row, open))
}
