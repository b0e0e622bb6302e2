import { and, eq, sql } from 'drizzle-orm'
import { personalAccessTokens } from '#db/schema/operators.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type PersonalAccessTokenDto, toPersonalAccessTokenDto } from './personal-access-token-dto.ts'

/**
 * Revokes a personal access token for good; its next request is refused. Repeating changes nothing.
 * @throws NOT_FOUND
 */
export async function revokePersonalAccessToken(
  outer: Authorized<'personalAccessToken:write'>,
  id: string,
): Promise<PersonalAccessTokenDto> {
  return inTransaction(outer, async (ctx) => {
    const now = ctx.clock.now()
    const [row] = await ctx.db
      .update(personalAccessTokens)
      .set({
        revokedAt: sql`coalesce(${personalAccessTokens.revokedAt}, ${now.toISOString()}::timestamptz)`,
        updatedAt: now,
      })
      .where(and(eq(personalAccessTokens.accountId, ctx.accountId), eq(personalAccessTokens.id, id)))
      .returning()
    if (!row) throw notFound('personal access token')
    recordEvent(ctx, {
      event: 'personal-access-token.revoked',
      resource: 'personal-access-token',
      resourceId: id,
    })
    return toPersonalAccessTokenDto(row)
  })
}
