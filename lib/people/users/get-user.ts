import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { findUser } from './find-user.ts'
import { toUserDto, type UserDto } from './user-dto.ts'

/**
 * One user of the account.
 * @throws NOT_FOUND, for another account's users too
 */
export async function getUser(ctx: Authorized<'user:read'>, input: { id: string }): Promise<UserDto> {
  const user = await findUser(ctx.db, ctx.accountId, input.id)
  if (!user) throw notFound('user')
  return toUserDto(user)
}
