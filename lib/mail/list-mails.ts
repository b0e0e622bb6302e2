import { and, eq } from 'drizzle-orm'
import { mails } from '#db/schema/mail.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql } from '#lib/core/list/to-sql.ts'
import { type MailSummary, toMailDto } from './mail-dto.ts'

/** What the mailbox may be filtered and sorted by. Addresses are sealed: the list cannot be searched by them. */
export const mailListFields = {
  template: { kind: 'choice', column: mails.template },
  state: { kind: 'choice', column: mails.state },
  userId: { kind: 'id', column: mails.userId },
  createdAt: { kind: 'date', column: mails.createdAt },
} satisfies ListFields

/** The mails of this account, newest first unless sorted otherwise. */
export async function listMails(ctx: Authorized<'mail:read'>, input: ListInput): Promise<Page<MailSummary>> {
  const where = and(eq(mails.accountId, ctx.accountId), filtersToSql(mailListFields, input.filters))
  const page = await paginateTable(ctx.db, mails, {
    fields: mailListFields,
    input,
    where,
    byDefault: [{ field: 'createdAt', descending: true }],
  })
  return page.map((row): MailSummary => {
    const { html: _html, text: _text, ...summary } = toMailDto(row)
    return summary
  })
}
