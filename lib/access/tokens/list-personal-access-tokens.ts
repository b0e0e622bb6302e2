import { and, eq, getTableColumns } from 'drizzle-orm'
import { personalAccessTokens } from '#db/schema/operators.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql } from '#lib/core/list/to-sql.ts'
import { type PersonalAccessTokenDto, toPersonalAccessTokenDto } from './personal-access-token-dto.ts'
import { personalAccessTokenFields as fields } from './personal-access-token-fields.ts'

/** The account's personal access tokens, without the tokens. */
export async function listPersonalAccessTokens(
  ctx: Authorized<'personalAccessToken:write'>,
  input: ListInput,
): Promise<Page<PersonalAccessTokenDto>> {
  const where = and(eq(personalAccessTokens.accountId, ctx.accountId), filtersToSql(fields, input.filters))
  const order = listOrder(fields, input, personalAccessTokens)
  const rows = await ctx.db
    .select({ ...getTableColumns(personalAccessTokens), position: order.position })
    .from(personalAccessTokens)
    .where(and(where, order.after))
    .orderBy(...order.orderBy)
    .limit(order.limit)
    .offset(order.offset)
  const total = await ctx.db.$count(personalAccessTokens, where)
  return order.page(rows, total).map(toPersonalAccessTokenDto)
}
