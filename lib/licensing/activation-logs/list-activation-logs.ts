import { and, eq, type SQL } from 'drizzle-orm'
import { activationLogs } from '#db/schema/license-parts.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { type ActivationLogDto, openActivationLogs } from './activation-log-dto.ts'

/** What lists of activation logs may be filtered and sorted by. */
export const activationLogListFields = {
  id: { kind: 'id', column: activationLogs.id },
  action: { kind: 'text', column: activationLogs.action },
  activationId: { kind: 'id', column: activationLogs.activationId },
  licenseId: { kind: 'id', column: activationLogs.licenseId },
  productId: { kind: 'id', column: activationLogs.productId },
  userId: { kind: 'id', column: activationLogs.userId },
  os: { kind: 'text', column: activationLogs.os },
  osVersion: { kind: 'text', column: activationLogs.osVersion },
  vmName: { kind: 'text', column: activationLogs.vmName },
  container: { kind: 'boolean', column: activationLogs.container },
  offline: { kind: 'boolean', column: activationLogs.offline },
  appVersion: { kind: 'text', column: activationLogs.appVersion },
  releaseVersion: { kind: 'text', column: activationLogs.releaseVersion },
  countryCode: { kind: 'text', column: activationLogs.countryCode },
  createdAt: { kind: 'date', column: activationLogs.createdAt },
} as const satisfies ListFields

/** What happened on the account's devices. */
export async function listActivationLogs(
  ctx: Authorized<'activation:read'>,
  input: ListInput,
): Promise<Page<ActivationLogDto>> {
  const where = activationLogConditions(ctx, input)
  const page = await paginateTable(ctx.db, activationLogs, { fields: activationLogListFields, input, where })
  const items = await openActivationLogs(ctx, page.items)
  return page.holding(items)
}

/** The condition of a list's filters and search. Host names are sealed, so they cannot be searched. */
export function activationLogConditions(
  ctx: Ctx,
  { filters, query }: Pick<ListInput, 'filters' | 'query'>,
): SQL | undefined {
  return and(
    eq(activationLogs.accountId, ctx.accountId),
    filtersToSql(activationLogListFields, filters),
    searchToSql(query, [activationLogs.action, activationLogs.osVersion, activationLogs.appVersion]),
  )
}
