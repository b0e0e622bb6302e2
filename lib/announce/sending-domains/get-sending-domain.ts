import { and, eq, ilike } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { automatedEmails, sendingDomains } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { likeText } from '#lib/core/list/to-sql.ts'
import { type SendingDomainDto, toSendingDomainDto } from './sending-domain-dto.ts'

/**
 * One sending domain.
 * @throws NOT_FOUND
 */
export async function getSendingDomain(
  ctx: Authorized<'automatedEmail:read'>,
  id: string,
): Promise<SendingDomainDto> {
  return toSendingDomainDto(await findSendingDomain(ctx.db, ctx.accountId, id))
}

type SendingDomain = typeof sendingDomains.$inferSelect

/**
 * One sending domain of the account; `lock` keeps it as it is until the transaction ends.
 * @throws NOT_FOUND
 */
export async function findSendingDomain(
  db: Executor,
  accountId: string,
  id: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<SendingDomain> {
  const query = db
    .select()
    .from(sendingDomains)
    .where(and(eq(sendingDomains.accountId, accountId), eq(sendingDomains.id, id)))
  const [row] = lock ? await query.for('update') : await query
  if (!row) throw notFound('sending domain')
  return row
}

/**
 * Refuses to take a domain away from the automated mails that come from it.
 * @throws IN_USE
 */
export async function refuseWhileSentFrom(db: Executor, row: SendingDomain): Promise<void> {
  const [user] = await db
    .select({ name: automatedEmails.name })
    .from(automatedEmails)
    .where(
      and(
        eq(automatedEmails.accountId, row.accountId),
        ilike(automatedEmails.fromEmail, `%@${likeText(row.domain)}`),
      ),
    )
    .limit(1)
  if (user) throw new AppError('IN_USE', `The automated email “${user.name}” comes from this domain.`)
}
