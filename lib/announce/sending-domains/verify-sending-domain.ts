import { Resolver } from 'node:dns/promises'
import { and, eq } from 'drizzle-orm'
import { sendingDomains } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { findSendingDomain } from './get-sending-domain.ts'
import { proofOf, type SendingDomainDto, toSendingDomainDto } from './sending-domain-dto.ts'

/** Looks TXT records up: `Resolver` of `node:dns`. */
export interface TxtResolver {
  resolveTxt(name: string): Promise<string[][]>
}

/**
 * Looks into the domain's DNS for the proof that it is the vendor's.
 * @throws NOT_FOUND, CONFLICT when the record is not there, SERVICE_UNAVAILABLE when the DNS does not answer
 */
export async function verifySendingDomain(
  ctx: Authorized<'automatedEmail:write'>,
  id: string,
  resolver: TxtResolver = new Resolver({ timeout: 3000, tries: 2 }),
): Promise<SendingDomainDto> {
  const found = await findSendingDomain(ctx.db, ctx.accountId, id)
  const { name, value } = proofOf(found)
  const records = await lookUp(resolver, name)
  if (!records.includes(value)) {
    throw new AppError('CONFLICT', `There is no TXT record "${value}" at ${name} yet. DNS may take a while.`)
  }
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const [row] = await tx.db
      .update(sendingDomains)
      .set({ verifiedAt: now, updatedAt: now })
      .where(
        and(
          eq(sendingDomains.accountId, tx.accountId),
          eq(sendingDomains.id, id),
          // The domain may have been changed meanwhile; the record proves this name only.
          eq(sendingDomains.domain, found.domain),
        ),
      )
      .returning()
    if (!row) throw new AppError('CONFLICT', 'The domain was changed meanwhile.')
    recordEvent(tx, {
      event: 'sending-domain.verified',
      resource: 'sending-domain',
      resourceId: id,
      changes: { domain: row.domain, verifiedAt: now.toISOString() },
    })
    return toSendingDomainDto(row)
  })
}

/** Long records come in pieces. A missing record is an answer; a failing DNS is an error. */
async function lookUp(resolver: TxtResolver, name: string): Promise<string[]> {
  try {
    return (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw new AppError('SERVICE_UNAVAILABLE', 'The DNS did not answer. Please try again later.', { cause })
  }
}
