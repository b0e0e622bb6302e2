import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { automatedEmails } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type AutomatedEmailDto, toAutomatedEmailDto } from './automated-email-dto.ts'

/**
 * One automated mail.
 * @throws NOT_FOUND
 */
export async function getAutomatedEmail(
  ctx: Authorized<'automatedEmail:read'>,
  id: string,
): Promise<AutomatedEmailDto> {
  return toAutomatedEmailDto(await findAutomatedEmail(ctx.db, ctx.accountId, id))
}

export type AutomatedEmailRow = typeof automatedEmails.$inferSelect

/**
 * One automated mail of the account; `lock` keeps it as it is until the transaction ends.
 * @throws NOT_FOUND
 */
export async function findAutomatedEmail(
  db: Executor,
  accountId: string,
  id: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<AutomatedEmailRow> {
  const query = db
    .select()
    .from(automatedEmails)
    .where(and(eq(automatedEmails.accountId, accountId), eq(automatedEmails.id, id)))
  const [row] = lock ? await query.for('update') : await query
  if (!row) throw notFound('automated email')
  return row
}
