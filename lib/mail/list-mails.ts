import { and, count, desc, eq } from 'drizzle-orm'
import { mails } from '#db/schema/mail.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, sortToSql } from '../list/to-sql.ts'
import { mailFields } from './list-fields.ts'
import { type MailSummary, toMailDto } from './mail-dto.ts'

/** The mails of this account, newest first unless sorted otherwise. */
export async function listMails(ctx: Authorized<'mail:read'>, input: ListInput): Promise<Page<MailSummary>> {
  const where = and(eq(mails.accountId, ctx.accountId), filtersToSql(mailFields, input.filters))
  const order =
    input.sort.length > 0 ? sortToSql(mailFields, input.sort, mails) : [desc(mails.createdAt), desc(mails.id)]
  const [total] = await ctx.db.select({ count: count() }).from(mails).where(where)
  const rows = await ctx.db
    .select()
    .from(mails)
    .where(where)
    .orderBy(...order)
    .limit(input.limit)
    .offset((input.page - 1) * input.limit)
  const items = rows.map((row): MailSummary => {
    const { html: _html, text: _text, ...summary } = toMailDto(row)
    return summary
  })
  return new Page(items, { total: total?.count ?? 0, page: input.page, limit: input.limit })
}
