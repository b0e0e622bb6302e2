import { and, eq, inArray } from 'drizzle-orm'
import { activationLogs } from '#db/schema/license-parts.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { csvForm } from '#lib/core/input/csv.ts'
import { afterPlace, byCreation, placeOf, readInChunks } from '#lib/core/list/chunks.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { type ActivationLogDto, openActivationLogs } from './activation-log-dto.ts'
import { activationLogConditions } from './list-activation-logs.ts'

/** The columns of an export of activation logs. */
export const activationLogCsv = csvForm<ActivationLogDto>('activation-logs', {
  id: (line) => line.id,
  createdAt: (line) => line.createdAt,
  action: (line) => line.action,
  activationId: (line) => line.activationId,
  licenseId: (line) => line.licenseId,
  productId: (line) => line.productId,
  hostname: (line) => line.hostname,
  os: (line) => line.os,
  osVersion: (line) => line.osVersion,
  vmName: (line) => line.vmName,
  container: (line) => line.container,
  offline: (line) => line.offline,
  appVersion: (line) => line.appVersion,
  releaseVersion: (line) => line.releaseVersion,
  ipAddress: (line) => line.location.ipAddress,
  countryCode: (line) => line.location.countryCode,
})

/** Every line that fits, oldest first, chunk by chunk. */
export function exportActivationLogs(
  ctx: Authorized<'activation:read'>,
  input: Pick<ListInput, 'filters' | 'query'>,
): AsyncIterable<ActivationLogDto[]> {
  const where = activationLogConditions(ctx, input)
  return readInChunks(
    (after, limit) =>
      ctx.db
        .select(placeOf(activationLogs))
        .from(activationLogs)
        .where(and(where, afterPlace(activationLogs, after)))
        .orderBy(...byCreation(activationLogs))
        .limit(limit),
    async (ids) => {
      const rows = await ctx.db
        .select()
        .from(activationLogs)
        .where(and(eq(activationLogs.accountId, ctx.accountId), inArray(activationLogs.id, ids)))
        .orderBy(...byCreation(activationLogs))
      return openActivationLogs(ctx, rows)
    },
  )
}
