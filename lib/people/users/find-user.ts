import { and, eq, getTableColumns, type SQLWrapper, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { preparedOnce } from '#db/prepared.ts'
import { organizations, resellers } from '#db/schema/organizations.ts'
import { userTotpSecrets } from '#db/schema/second-factors.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { isAnyOf } from '#lib/core/list/to-sql.ts'
import type { UserWithEmail } from './user-dto.ts'

/** The columns of a user with its primary address: for queries that join `primaryEmail`. */
export const userWithEmail = {
  ...getTableColumns(users),
  email: userIdentifiers.value,
  emailProvedAt: userIdentifiers.verifiedAt,
  twoFactorEnabled: hasSecondFactor(users.accountId, users.id),
  organizationName: sql<string | null>`(
    select ${organizations.name} from ${organizations}
    where ${organizations.accountId} = ${users.accountId} and ${organizations.id} = ${users.organizationId})`,
  resellerName: sql<string | null>`(
    select ${resellers.name} from ${resellers}
    where ${resellers.accountId} = ${users.accountId} and ${resellers.id} = ${users.resellerId})`,
}

/** How `users` finds its primary address. */
export const primaryEmail = and(
  eq(userIdentifiers.accountId, users.accountId),
  eq(userIdentifiers.userId, users.id),
  // Written-out values, not parameters: otherwise a cached plan does not use the partial index.
  sql`${userIdentifiers.kind} = 'email'`,
  sql`${userIdentifiers.isPrimary}`,
)

/** One user of the account, with its primary address. */
export async function findUser(
  db: Executor,
  accountId: string,
  id: string,
): Promise<UserWithEmail | undefined> {
  return (await findUsers(db, accountId, [id])).get(id)
}

/** Several users of the account by id, for lists that embed them. */
export async function findUsers(
  db: Executor,
  accountId: string,
  ids: readonly string[],
): Promise<Map<string, UserWithEmail>> {
  if (ids.length === 0) return new Map()
  const rows = await selectUsers(db).execute({ accountId, ids: [...new Set(ids)] })
  return new Map(rows.map((row) => [row.id, row]))
}

const selectUsers = preparedOnce((db) =>
  db
    .select(userWithEmail)
    .from(users)
    .leftJoin(userIdentifiers, primaryEmail)
    .where(and(eq(users.accountId, sql.placeholder('accountId')), isAnyOf(users.id, sql.placeholder('ids'))))
    .prepare('users_by_id'),
)

/** Whether the user of these two columns signs in with a second factor. */
export function hasSecondFactor(accountId: SQLWrapper, userId: SQLWrapper) {
  return sql<boolean>`exists (
    select 1 from ${userTotpSecrets}
    where ${userTotpSecrets.accountId} = ${accountId} and ${userTotpSecrets.userId} = ${userId}
      and ${userTotpSecrets.enabledAt} is not null)`
}
