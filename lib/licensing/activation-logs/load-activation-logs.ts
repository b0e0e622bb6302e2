import type { activationLogs } from '#db/schema/license-parts.ts'
import { openerForUsers } from '#lib/audit/user-key.ts'
import type { Ctx } from '#lib/core/context.ts'
import { type ActivationLogDto, toActivationLogDto } from './activation-log-dto.ts'

/** Rows as they leave, what is sealed in them opened with one look for the keys. */
export async function openActivationLogs(
  ctx: Ctx,
  rows: readonly (typeof activationLogs.$inferSelect)[],
): Promise<ActivationLogDto[]> {
  const userIds = [...new Set(rows.flatMap(({ userId }) => (userId ? [userId] : [])))]
  const open = await openerForUsers(ctx.db, ctx.accountId, userIds)
  return rows.map((row) => toActivationLogDto(row, open))
}
