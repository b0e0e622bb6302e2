import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { automatedEmails } from '#db/schema/webhooks.ts'
import { notFound } from '#lib/core/errors.ts'

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
