import { and, eq, ilike, or, type SQL, sql } from 'drizzle-orm'
import { userIdentifiers, users } from '#db/schema/users.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { primaryEmail, userWithEmail } from './find-user.ts'
import { userListFields } from './list-fields.ts'
import { toUserDto, type UserDto } from './user-dto.ts'

/** The account's users; `query` searches address, name and company. */
export async function listUsers(ctx: Authorized<'user:read'>, input: ListInput): Promise<Page<UserDto>> {
  return listUsersWithin(ctx, input, undefined)
}

/** The users of the account that meet a condition on `users`; the calling verb checks who may see them. */
export async function listUsersWithin(
  ctx: Ctx,
  input: ListInput,
  within: SQL | undefined,
): Promise<Page<UserDto>> {
  const where = and(eq(users.accountId, ctx.accountId), within, userConditions(input))
  const order = listOrder(userListFields, input, users)
  const rows = await ctx.db
    .select({ ...userWithEmail, position: order.position })
    .from(users)
    .leftJoin(userIdentifiers, primaryEmail)
    .where(and(where, order.after))
    .orderBy(...order.orderBy)
    .limit(order.limit)
    .offset(order.offset)
  const [count] = await ctx.db
    .select({ total: sql<number>`count(*)::int` })
    .from(users)
    .leftJoin(userIdentifiers, primaryEmail)
    .where(where)
  return order.page(rows, count?.total ?? 0).map(toUserDto)
}

/** The condition of the list, over `users` and `primaryEmail`. */
export function userConditions(input: Pick<ListInput, 'filters' | 'query'>): SQL | undefined {
  const metadata = takeMetadataFilters(users.metadata, input.filters)
  return and(filtersToSql(userListFields, metadata.others), metadata.condition, search(input.query))
}

function search(query: string | undefined) {
  if (!query) return undefined
  const pattern = `%${likeText(query)}%`
  return or(
    ilike(userIdentifiers.canonical, pattern),
    ilike(userIdentifiers.value, pattern),
    sql`(${users.firstName} || ' ' || ${users.lastName}) ilike ${pattern}`,
    ilike(users.company, pattern),
  )
}
