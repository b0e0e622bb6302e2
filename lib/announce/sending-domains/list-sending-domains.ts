import { and, eq } from 'drizzle-orm'
import { sendingDomains } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { type SendingDomainDto, toSendingDomainDto } from './sending-domain-dto.ts'

/** What the list of sending domains can be filtered and sorted by. */
export const sendingDomainListFields = {
  domain: { kind: 'text', column: sendingDomains.domain },
  verifiedAt: { kind: 'date', column: sendingDomains.verifiedAt },
  createdAt: { kind: 'date', column: sendingDomains.createdAt },
} as const satisfies ListFields

/** Sending domains, oldest first unless sorted otherwise. `query` finds part of the name. */
export async function listSendingDomains(
  ctx: Authorized<'automatedEmail:read'>,
  input: ListInput,
): Promise<Page<SendingDomainDto>> {
  const where = and(
    eq(sendingDomains.accountId, ctx.accountId),
    filtersToSql(sendingDomainListFields, input.filters),
    searchToSql(input.query, [sendingDomains.domain]),
  )
  const page = await paginateTable(ctx.db, sendingDomains, { fields: sendingDomainListFields, input, where })
  return page.map(toSendingDomainDto)
}
