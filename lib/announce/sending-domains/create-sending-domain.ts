import { sendingDomains } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newToken } from '#lib/core/crypto/token.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { type SendingDomainDto, toSendingDomainDto } from './sending-domain-dto.ts'
import type { CreateSendingDomainInput } from './sending-domain-input.ts'

/**
 * Adds a domain. It is verified once its DNS holds the record in the answer.
 * @throws INVALID_INPUT, CONFLICT when it is there already
 */
export function createSendingDomain(
  ctx: Authorized<'automatedEmail:write'>,
  input: CreateSendingDomainInput,
): Promise<SendingDomainDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const [row] = await tx.db
      .insert(sendingDomains)
      .values({
        accountId: tx.accountId,
        id: newId(),
        domain: input.domain,
        verificationToken: newToken(),
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [sendingDomains.accountId, sendingDomains.domain] })
      .returning()
    if (!row) throw domainTaken()
    recordEvent(tx, {
      event: 'sending-domain.created',
      resource: 'sending-domain',
      resourceId: row.id,
      changes: { domain: row.domain },
    })
    return toSendingDomainDto(row)
  })
}

/** The refusal of a domain that is in the list already. */
export function domainTaken(): AppError {
  const message = 'this domain is in the list already'
  return new AppError('CONFLICT', `domain: ${message}`, { fields: { domain: message } })
}
