import { and, eq, getTableColumns, or, sql } from 'drizzle-orm'
import { automatedEmails } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { type AutomatedEmailDto, toAutomatedEmailDto } from './automated-email-dto.ts'
import { automatedEmailListFields } from './list-fields.ts'

/** Automated mails, oldest first unless sorted otherwise. `query` finds part of the name or subject. */
export async function listAutomatedEmails(
  ctx: Authorized<'automatedEmail:read'>,
  input: ListInput,
): Promise<Page<AutomatedEmailDto>> {
  const part = `%${likeText(input.query)}%`
  const where = and(
    eq(automatedEmails.accountId, ctx.accountId),
    filtersToSql(automatedEmailListFields, input.filters),
    input.query
      ? or(sql`${automatedEmails.name} ilike ${part}`, sql`${automatedEmails.subject} ilike ${part}`)
      : undefined,
  )
  const order = listOrder(automatedEmailListFields, input, automatedEmails)
  const [total, rows] = await Promise.all([
    ctx.db.$count(automatedEmails, where),
    ctx.db
      .select({ ...getTableColumns(automatedEmails), position: order.position })
      .from(automatedEmails)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toAutomatedEmailDto)
}
