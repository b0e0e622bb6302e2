import { self } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { findUser } from './find-user.ts'
import { type MeDto, toMeDto } from './user-dto.ts'

/** The signed-in customer's own profile. */
export async function getMe(ctx: Authorized<'me:read'>): Promise<MeDto> {
  const user = await findUser(ctx.db, ctx.accountId, self(ctx).userId)
  if (!user) throw notFound('user')
  return toMeDto(user)
}
