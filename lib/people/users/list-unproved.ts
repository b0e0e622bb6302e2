import { and, eq, inArray, isNull } from 'drizzle-orm'
import { userIdentifiers } from '#db/schema/users.ts'
import type { Authorized } from '#lib/core/authorize.ts'

/** Those of the users whose address is unproved. Operators see a mark wherever they act on one. */
export async function listUnproved(
  ctx: Authorized<'user:read'> | Authorized<'license:read'> | Authorized<'order:read'>,
  userIds: readonly (string | null | undefined)[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(userIds.filter((id) => typeof id === 'string'))]
  if (ids.length === 0) return new Set()
  const rows = await ctx.db
    .select({ userId: userIdentifiers.userId })
    .from(userIdentifiers)
    .where(
      and(
        eq(userIdentifiers.accountId, ctx.accountId),
        inArray(userIdentifiers.userId, ids),
        eq(userIdentifiers.kind, 'email'),
        eq(userIdentifiers.isPrimary, true),
        isNull(userIdentifiers.verifiedAt),
      ),
    )
  return new Set(rows.map(({ userId }) => userId))
}
