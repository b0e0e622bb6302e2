import { and, eq } from 'drizzle-orm'
import { automatedEmails } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { type AutomatedEmailDto, toAutomatedEmailDto } from './automated-email-dto.ts'

/** What the list of automated mails can be filtered and sorted by. */
export const automatedEmailListFields = {
  name: { kind: 'text', column: automatedEmails.name },
  event: { kind: 'text', column: automatedEmails.event },
  enabled: { kind: 'boolean', column: automatedEmails.enabled },
  custom: { kind: 'boolean', column: automatedEmails.custom },
  sent: { kind: 'number', column: automatedEmails.sent },
  createdAt: { kind: 'date', column: automatedEmails.createdAt },
  updatedAt: { kind: 'date', column: automatedEmails.updatedAt },
} as const satisfies ListFields

/** Automated mails, oldest first unless sorted otherwise. `query` finds part of the name or subject. */
export async function listAutomatedEmails(
  ctx: Authorized<'automatedEmail:read'>,
  input: ListInput,
): Promise<Page<AutomatedEmailDto>> {
  const where = and(
    eq(automatedEmails.accountId, ctx.accountId),
    filtersToSql(automatedEmailListFields, input.filters),
    searchToSql(input.query, [automatedEmails.name, automatedEmails.subject]),
  )
  const page = await paginateTable(ctx.db, automatedEmails, {
    fields: automatedEmailListFields,
    input,
    where,
  })
  return page.map(toAutomatedEmailDto)
}
