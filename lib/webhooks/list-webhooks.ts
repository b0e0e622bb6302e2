import { and, eq, or, sql } from 'drizzle-orm'
import { webhooks } from '#db/schema/webhooks.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
import { webhookListFields } from './list-fields.ts'
import { toWebhookDto, type WebhookDto } from './webhook-dto.ts'

/** Webhooks, oldest first unless sorted otherwise. `query` finds part of the name or URL. */
export async function listWebhooks(
  ctx: Authorized<'webhook:read'>,
  input: ListInput,
): Promise<Page<WebhookDto>> {
  const part = `%${likeText(input.query)}%`
  const where = and(
    eq(webhooks.accountId, ctx.accountId),
    filtersToSql(webhookListFields, input.filters),
    input.query ? or(sql`${webhooks.name} ilike ${part}`, sql`${webhooks.url} ilike ${part}`) : undefined,
  )
  const [total, rows] = await Promise.all([
    ctx.db.$count(webhooks, where),
    ctx.db
      .select()
      .from(webhooks)
      .where(where)
      .orderBy(...sortToSql(webhookListFields, input.sort, webhooks))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
  ])
  return new Page(rows.map(toWebhookDto), { total, page: input.page, limit: input.limit })
}
