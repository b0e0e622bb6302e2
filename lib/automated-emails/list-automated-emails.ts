import { and, eq, or, sql } from 'drizzle-orm'
import { automatedEmails } from '#db/schema/webhooks.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
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
  const [total, rows] = await Promise.all([
    ctx.db.$count(automatedEmails, where),
    ctx.db
      .select()
      .from(automatedEmails)
      .where(where)
      .orderBy(...sortToSql(automatedEmailListFields, input.sort, automatedEmails))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
  ])
  return new Page(rows.map(toAutomatedEmailDto), { total, page: input.page, limit: input.limit })
}
