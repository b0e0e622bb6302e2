import { and, eq, sql } from 'drizzle-orm'
import { personalAccessTokens } from '#db/schema/operators.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql } from '#lib/core/list/to-sql.ts'
import { type PersonalAccessTokenDto, toPersonalAccessTokenDto } from './personal-access-token-dto.ts'

export const personalAccessTokenListFields = {
  name: { kind: 'text', column: personalAccessTokens.name },
  revoked: { kind: 'boolean', column: sql`(${personalAccessTokens.revokedAt} is not null)` },
  expiresAt: { kind: 'date', column: personalAccessTokens.expiresAt },
  lastUsedAt: { kind: 'date', column: personalAccessTokens.lastUsedAt },
  createdAt: { kind: 'date', column: personalAccessTokens.createdAt },
  updatedAt: { kind: 'date', column: personalAccessTokens.updatedAt },
} as const satisfies ListFields

/** The account's personal access tokens, without the tokens. */
export async function listPersonalAccessTokens(
  ctx: Authorized<'personalAccessToken:write'>,
  input: ListInput,
): Promise<Page<PersonalAccessTokenDto>> {
  const where = and(
    eq(personalAccessTokens.accountId, ctx.accountId),
    filtersToSql(personalAccessTokenListFields, input.filters),
  )
  const page = await paginateTable(ctx.db, personalAccessTokens, {
    fields: personalAccessTokenListFields,
    input,
    where,
  })
  return page.map(toPersonalAccessTokenDto)
}
