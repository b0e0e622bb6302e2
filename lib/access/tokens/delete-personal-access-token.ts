import { and, eq } from 'drizzle-orm'
import { personalAccessTokens } from '#db/schema/operators.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'

/**
 * Deletes a personal access token; its next request is refused.
 * @throws NOT_FOUND
 */
export async function deletePersonalAccessToken(
  outer: Authorized<'personalAccessToken:write'>,
  id: string,
): Promise<undefined> {
  return inTransaction(outer, async (ctx) => {
    const [row] = await ctx.db
      .delete(personalAccessTokens)
      .where(and(eq(personalAccessTokens.accountId, ctx.accountId), eq(personalAccessTokens.id, id)))
      .returning({ name: personalAccessTokens.name })
    if (!row) throw notFound('personal access token')
    recordEvent(ctx, {
      event: 'personal-access-token.deleted',
      resource: 'personal-access-token',
      resourceId: id,
      changes: { name: row.name },
    })
    return undefined
  })
}
