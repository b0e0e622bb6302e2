import { and, eq, sql } from 'drizzle-orm'
import { sendingDomains } from '#db/schema/webhooks.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
import { sendingDomainListFields } from './list-fields.ts'
import { type SendingDomainDto, toSendingDomainDto } from './sending-domain-dto.ts'

/** Sending domains, oldest first unless sorted otherwise. `query` finds part of the name. */
export async function listSendingDomains(
  ctx: Authorized<'automatedEmail:read'>,
  input: ListInput,
): Promise<Page<SendingDomainDto>> {
  const where = and(
    eq(sendingDomains.accountId, ctx.accountId),
    filtersToSql(sendingDomainListFields, input.filters),
    input.query ? sql`${sendingDomains.domain} ilike ${`%${likeText(input.query)}%`}` : undefined,
  )
  const [total, rows] = await Promise.all([
    ctx.db.$count(sendingDomains, where),
    ctx.db
      .select()
      .from(sendingDomains)
      .where(where)
      .orderBy(...sortToSql(sendingDomainListFields, input.sort, sendingDomains))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
  ])
  return new Page(rows.map(toSendingDomainDto), { total, page: input.page, limit: input.limit })
}
