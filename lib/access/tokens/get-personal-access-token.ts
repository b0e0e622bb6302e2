import { and, eq } from 'drizzle-orm'
import { personalAccessTokens } from '#db/schema/operators.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type PersonalAccessTokenDto, toPersonalAccessTokenDto } from './personal-access-token-dto.ts'

/** @throws NOT_FOUND */
export async function getPersonalAccessToken(
  ctx: Authorized<'personalAccessToken:write'>,
  id: string,
): Promise<PersonalAccessTokenDto> {
  const [row] = await ctx.db
    .select()
    .from(personalAccessTokens)
    .where(and(eq(personalAccessTokens.accountId, ctx.accountId), eq(personalAccessTokens.id, id)))
  if (!row) throw notFound('personal access token')
  return toPersonalAccessTokenDto(row)
}
