import { and, eq } from 'drizzle-orm'
import { userIdentifiers, users } from '#db/schema/users.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { afterPlace, byCreation, placeOf, readInChunks } from '#lib/core/list/chunks.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { findUsers, primaryEmail } from './find-user.ts'
import { userConditions } from './list-users.ts'
import { toUserDto, type UserDto } from './user-dto.ts'

/** Every user that fits, oldest first, chunk by chunk. */
export function exportUsers(
  ctx: Authorized<'user:read'>,
  input: Pick<ListInput, 'filters' | 'query'>,
): AsyncIterable<UserDto[]> {
  const where = userConditions(input)
  return readInChunks(
    (after, limit) =>
      ctx.db
        .select(placeOf(users))
        .from(users)
        .leftJoin(userIdentifiers, primaryEmail)
        .where(and(eq(users.accountId, ctx.accountId), where, afterPlace(users, after)))
        .orderBy(...byCreation(users))
        .limit(limit),
    async (ids) => {
      const found = await findUsers(ctx.db, ctx.accountId, ids)
      return ids.flatMap((id) => found.get(id) ?? []).map(toUserDto)
    },
  )
}
