import { and, eq, ne } from 'drizzle-orm'
import { sendingDomains } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { domainTaken } from './create-sending-domain.ts'
import { findSendingDomain, refuseWhileSentFrom } from './get-sending-domain.ts'
import { type SendingDomainDto, toSendingDomainDto } from './sending-domain-dto.ts'
import type { UpdateSendingDomainInput } from './sending-domain-input.ts'

/**
 * Names another domain, which has to be verified anew.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when it is there already, IN_USE while automated mails come from the old one
 */
export function updateSendingDomain(
  ctx: Authorized<'automatedEmail:write'>,
  id: string,
  input: UpdateSendingDomainInput,
): Promise<SendingDomainDto> {
  return inTransaction(ctx, async (tx) => {
    const before = await findSendingDomain(tx.db, tx.accountId, id, { lock: true })
    const { domain } = input
    if (domain === undefined || domain === before.domain) return toSendingDomainDto(before)
    await refuseWhileSentFrom(tx.db, before)
    const [other] = await tx.db
      .select({ id: sendingDomains.id })
      .from(sendingDomains)
      .where(
        and(
          eq(sendingDomains.accountId, tx.accountId),
          eq(sendingDomains.domain, domain),
          ne(sendingDomains.id, id),
        ),
      )
    if (other) throw domainTaken()
    const [row] = await tx.db
      .update(sendingDomains)
      .set({ domain, verifiedAt: null, updatedAt: tx.clock.now() })
      .where(and(eq(sendingDomains.accountId, tx.accountId), eq(sendingDomains.id, id)))
      .returning()
    if (!row) throw new Error('a sending domain vanished though it was locked')
    recordEvent(tx, {
      event: 'sending-domain.updated',
      resource: 'sending-domain',
      resourceId: id,
      changes: { domain, verifiedAt: null },
    })
    return toSendingDomainDto(row)
  })
}
