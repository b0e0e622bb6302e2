import { and, eq, type SQL, sql } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { canonicalEmail } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { Filter, ListField, ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { anyElement, compare, filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { metadataListFields, takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { primaryEmail, userWithEmail } from './find-user.ts'
import { toUserDto, type UserDto } from './user-dto.ts'
import { roleSql } from './user-role.ts'

/**
 * A filter on an address in `user_identifiers`. Whole addresses are compared in their canonical form, parts of one in lower
 * case.
 */
export function emailWhere(filter: Filter) {
  const whole = ['eq', 'ne', 'in', 'nin'].includes(filter.operator)
  const values = filter.values.map((value) =>
    whole ? canonicalEmail(String(value)) : String(value).toLowerCase(),
  )
  return compare(userIdentifiers.canonical, { ...filter, values })
}

/** Operators are no users, so every row has the type `user`. The filter matches all rows or none. */
const userType: ListField = { kind: 'choice', where: (filter) => compare(sql`'user'::text`, filter) }

const tag: ListField = {
  kind: 'text',
  where: (filter) => anyElement(sql`unnest(${users.tags}) tag`, sql`tag`, filter),
}

/** What lists of users can be filtered and sorted by (contract §4.1). */
export const userListFields: ListFields = {
  email: { kind: 'text', column: userIdentifiers.canonical, where: emailWhere },
  name: { kind: 'text', column: sql`trim(${users.firstName} || ' ' || ${users.lastName})` },
  firstName: { kind: 'text', column: users.firstName },
  lastName: { kind: 'text', column: users.lastName },
  company: { kind: 'text', column: users.company },
  tag,
  tags: tag,
  role: { kind: 'choice', column: roleSql },
  userType,
  organizationId: { kind: 'id', column: users.organizationId },
  resellerId: { kind: 'id', column: users.resellerId },
  'activation.appVersion': {
    kind: 'text',
    where: (filter) =>
      anyElement(
        sql`(select ${activations.appVersion} as app_version from ${activations}
          join ${licenses} on ${licenses.accountId} = ${activations.accountId} and ${licenses.id} = ${activations.licenseId}
          where ${licenses.accountId} = ${users.accountId} and ${licenses.userId} = ${users.id}) device`,
        sql`device.app_version`,
        filter,
      ),
  },
  banned: { kind: 'boolean', column: sql`(${users.bannedAt} is not null)` },
  productId: {
    kind: 'id',
    where: (filter) =>
      anyElement(
        sql`(select ${licenses.productId} as product_id from ${licenses}
          where ${licenses.accountId} = ${users.accountId} and ${licenses.userId} = ${users.id}) owned`,
        sql`owned.product_id`,
        filter,
      ),
  },
  createdAt: { kind: 'date', column: users.createdAt },
  updatedAt: { kind: 'date', column: users.updatedAt },
  lastSeenAt: { kind: 'date', column: users.lastSeenAt },
  lastLoginAt: { kind: 'date', column: users.lastLoginAt },
  ...metadataListFields,
}

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
  const page = await paginate(
    { fields: userListFields, input, ties: users, where },
    {
      count: () => countUsers(ctx, where),
      rows: ({ where, orderBy, limit, offset, position }) =>
        ctx.db
          .select({ ...userWithEmail, position })
          .from(users)
          .leftJoin(userIdentifiers, primaryEmail)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit)
          .offset(offset),
    },
  )
  return page.map(toUserDto)
}

async function countUsers(ctx: Ctx, where: SQL | undefined): Promise<number> {
  const [row] = await ctx.db
    .select({ total: sql<number>`count(*)::int` })
    .from(users)
    .leftJoin(userIdentifiers, primaryEmail)
    .where(where)
  return row?.total ?? 0
}

/** The condition of the list, over `users` and `primaryEmail`. */
export function userConditions(input: Pick<ListInput, 'filters' | 'query'>): SQL | undefined {
  const metadata = takeMetadataFilters(users.metadata, input.filters)
  return and(filtersToSql(userListFields, metadata.others), metadata.condition, search(input.query))
}

function search(query: string | undefined) {
  return searchToSql(query, [
    userIdentifiers.canonical,
    userIdentifiers.value,
    sql`(${users.firstName} || ' ' || ${users.lastName})`,
    users.company,
  ])
}
