import { and, count, eq, getTableColumns } from 'drizzle-orm'
import { mails } from '#db/schema/mail.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql } from '#lib/core/list/to-sql.ts'
import { mailFields } from './list-fields.ts'
import { type MailSummary, toMailDto } from './mail-dto.ts'

/** The mails of this account, newest first unless sorted otherwise. */
export async function listMails(ctx: Authorized<'mail:read'>, input: ListInput): Promise<Page<MailSummary>> {
  const where = and(eq(mails.accountId, ctx.accountId), filtersToSql(mailFields, input.filters))
  const order = listOrder(mailFields, input, mails, [{ field: 'createdAt', descending: true }])
  const [total] = await ctx.db.select({ count: count() }).from(mails).where(where)
  const rows = await ctx.db
    .select({ ...getTableColumns(mails), position: order.position })
    .from(mails)
    .where(and(where, order.after))
    .orderBy(...order.orderBy)
    .limit(order.limit)
    .offset(order.offset)
  return order.page(rows, total?.count ?? 0).map((row): MailSummary => {
    const { html: _html, text: _text, ...summary } = toMailDto(row)
    return summary
  })
}
