import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { mails } from '#db/schema/mail.ts'
import { automatedEmailLogs } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { filtersToSql } from '#lib/core/list/to-sql.ts'

/** What their log can be filtered and sorted by. */
export const automatedEmailLogListFields = {
  automatedEmailId: { kind: 'id', column: automatedEmailLogs.automatedEmailId },
  event: { kind: 'text', column: automatedEmailLogs.event },
  resourceId: { kind: 'text', column: automatedEmailLogs.resourceId },
  createdAt: { kind: 'date', column: automatedEmailLogs.createdAt },
} as const satisfies ListFields

/** Which automated mail was queued for which event, and its outcome. Neither recipient nor content. */
export const AutomatedEmailLogDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    automatedEmailId: z.uuid(),
    event: z.string(),
    resourceId: z.string(),
    mailId: z.uuid().nullable(),
    status: z.enum(['due', 'sent', 'failed', 'not-sent', 'purged']).meta({
      description: 'not-sent = there was nobody to write to; purged = the mail is older than is kept.',
    }),
    attempts: z.int().nullable(),
    sentAt: isoDate().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'AutomatedEmailEventLog' })
export type AutomatedEmailLogDto = z.infer<typeof AutomatedEmailLogDto>

/** The log of automated mails, oldest first unless sorted otherwise. */
export async function listAutomatedEmailLogs(
  ctx: Authorized<'automatedEmail:read'>,
  input: ListInput,
): Promise<Page<AutomatedEmailLogDto>> {
  const where = and(
    eq(automatedEmailLogs.accountId, ctx.accountId),
    filtersToSql(automatedEmailLogListFields, input.filters),
  )
  const page = await paginate(
    { fields: automatedEmailLogListFields, input, ties: automatedEmailLogs, where },
    {
      count: () => ctx.db.$count(automatedEmailLogs, where),
      rows: ({ where, orderBy, limit, offset, position }) =>
        ctx.db
          .select({
            position,
            entry: automatedEmailLogs,
            mail: {
              state: mails.state,
              attempts: mails.attempts,
              sentAt: mails.sentAt,
              lastError: mails.lastError,
            },
          })
          .from(automatedEmailLogs)
          .leftJoin(
            mails,
            and(eq(mails.accountId, automatedEmailLogs.accountId), eq(mails.id, automatedEmailLogs.mailId)),
          )
          .where(where)
          .orderBy(...orderBy)
          .limit(limit)
          .offset(offset),
    },
  )
  return page.map(
    ({ entry, mail }): AutomatedEmailLogDto => ({
      id: entry.id,
      createdAt: entry.createdAt.toISOString(),
      automatedEmailId: entry.automatedEmailId,
      event: entry.event,
      resourceId: entry.resourceId,
      mailId: entry.mailId,
      status: mail?.state ?? (entry.mailId ? 'purged' : 'not-sent'),
      attempts: mail?.attempts ?? null,
      sentAt: mail?.sentAt?.toISOString() ?? null,
      error: entry.error ?? mail?.lastError ?? null,
    }),
  )
}
