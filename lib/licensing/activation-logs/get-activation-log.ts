import { and, eq } from 'drizzle-orm'
import { activationLogs } from '#db/schema/license-parts.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type ActivationLogDto, openActivationLogs } from './activation-log-dto.ts'

/**
 * One line of the log.
 * @throws NOT_FOUND
 */
export async function getActivationLog(
  ctx: Authorized<'activation:read'>,
  { id }: { id: string },
): Promise<ActivationLogDto> {
  const rows = await ctx.db
    .select()
    .from(activationLogs)
    .where(and(eq(activationLogs.accountId, ctx.accountId), eq(activationLogs.id, id)))
  const [line] = await openActivationLogs(ctx, rows)
  if (!line) throw notFound('activation log')
  return line
}
