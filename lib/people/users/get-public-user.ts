import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { findUser } from './find-user.ts'
import { type PublicUserDto, toPublicUserDto } from './user-dto.ts'

/**
 * What anybody may know of a user.
 * @throws NOT_FOUND
 */
export async function getPublicUser(
  ctx: Authorized<'public'>,
  input: { id: string },
): Promise<PublicUserDto> {
  const user = await findUser(ctx.db, ctx.accountId, input.id)
  if (!user) throw notFound('user')
  return toPublicUserDto(user)
}
