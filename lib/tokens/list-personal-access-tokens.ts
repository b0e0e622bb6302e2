import { and, eq } from 'drizzle-orm'
import { personalAccessTokens } from '#db/schema/operators.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, sortToSql } from '../list/to-sql.ts'
import { type PersonalAccessTokenDto, toPersonalAccessTokenDto } from './personal-access-token-dto.ts'
import { personalAccessTokenFields as fields } from './personal-access-token-fields.ts'

/** The account's personal access tokens, without the tokens. */
export async function listPersonalAccessTokens(
  ctx: Authorized<'personalAccessToken:write'>,
  input: ListInput,
): Promise<Page<PersonalAccessTokenDto>> {
  const where = and(eq(personalAccessTokens.accountId, ctx.accountId), filtersToSql(fields, input.filters))
  const rows = await ctx.db
    .select()
    .from(personalAccessTokens)
    .where(where)
    .orderBy(...sortToSql(fields, input.sort, personalAccessTokens))
    .limit(input.limit)
    .offset((input.page - 1) * input.limit)
  const total = await ctx.db.$count(personalAccessTokens, where)
  return new Page(rows.map(toPersonalAccessTokenDto), { ...input, total })
}
