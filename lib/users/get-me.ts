import type { Authorized } from '../auth/authorize.ts'
import { self } from '../auth/self.ts'
import { notFound } from '../errors.ts'
import { findUser } from './find-user.ts'
import { type MeDto, toMeDto } from './user-dto.ts'

/** The signed-in customer's own profile. */
export async function getMe(ctx: Authorized<'me:read'>): Promise<MeDto> {
  const user = await findUser(ctx.db, ctx.accountId, self(ctx).userId)
  if (!user) throw notFound('user')
  return toMeDto(user)
}
