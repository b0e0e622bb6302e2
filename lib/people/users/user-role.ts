import { type SQL, sql } from 'drizzle-orm'
import { users } from '#db/schema/users.ts'
import { AppError } from '#lib/core/errors.ts'

/** A user's role; derived from the row, never stored. */
export const USER_ROLES = ['user', 'organization-admin', 'reseller-admin'] as const
export type UserRole = (typeof USER_ROLES)[number]

interface RoleFlags {
  isOrganizationAdmin: boolean
  isResellerAdmin: boolean
}

export function roleOf(user: RoleFlags): UserRole {
  if (user.isOrganizationAdmin) return 'organization-admin'
  return user.isResellerAdmin ? 'reseller-admin' : 'user'
}

/** The same, for filters. */
export const roleSql: SQL = sql`case
  when ${users.isOrganizationAdmin} then 'organization-admin'
  when ${users.isResellerAdmin} then 'reseller-admin'
  else 'user' end`

/**
 * The role that a caller gives a user, in today's form or the older list; undefined if neither is sent. Operators are made in
 * the dashboard (design §6).
 * @throws OPERATORS_ARE_NOT_USERS for any role that no user can have
 */
export function givenRole(input: {
  role?: string | null | undefined
  roles?: readonly string[] | null | undefined
}): UserRole | undefined {
  const named = [input.role, ...(input.roles ?? [])].filter((role) => role != null && role !== '')
  const given = USER_ROLES.filter((role) => named.includes(role))
  if (named.some((role) => !(USER_ROLES as readonly unknown[]).includes(role)) || given.length > 1) {
    const message = `one of ${USER_ROLES.join(', ')} can be given`
    throw new AppError(
      'OPERATORS_ARE_NOT_USERS',
      `role: ${message}. Operators are invited in the dashboard.`,
      { fields: { role: message } },
    )
  }
  return given[0]
}
