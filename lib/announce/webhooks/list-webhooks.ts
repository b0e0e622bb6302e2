import { and, eq, sql } from 'drizzle-orm'
import { webhooks } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { anyElement, filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { toWebhookDto, type WebhookDto } from './webhook-dto.ts'

/** What the list of webhooks can be filtered and sorted by. */
export const webhookListFields = {
  name: { kind: 'text', column: webhooks.name },
  url: { kind: 'text', column: webhooks.url },
  active: { kind: 'boolean', column: webhooks.active },
  event: {
    kind: 'text',
    where: (filter) => anyElement(sql`unnest(${webhooks.events}) as event`, sql`event`, filter),
  },
  createdAt: { kind: 'date', column: webhooks.createdAt },
  updatedAt: { kind: 'date', column: webhooks.updatedAt },
} as const satisfies ListFields

/** Webhooks, oldest first unless sorted otherwise. `query` finds part of the name or URL. */
export async function listWebhooks(
  ctx: Authorized<'webhook:read'>,
  input: ListInput,
): Promise<Page<WebhookDto>> {
  const where = and(
    eq(webhooks.accountId, ctx.accountId),
    filtersToSql(webhookListFields, input.filters),
    searchToSql(input.query, [webhooks.name, webhooks.url]),
  )
  const page = await paginateTable(ctx.db, webhooks, { fields: webhookListFields, input, where })
  return page.map(toWebhookDto)
}
