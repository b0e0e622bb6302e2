import { sql } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { canonicalEmail } from '#lib/core/canonical-email.ts'
import type { Filter, ListField, ListFields } from '#lib/core/list/filter.ts'
import { anyElement, compare } from '#lib/core/list/to-sql.ts'
import { metadataListFields } from '#lib/core/metadata/metadata-filter.ts'
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
