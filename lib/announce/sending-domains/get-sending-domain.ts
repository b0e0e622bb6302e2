import type { Authorized } from '#lib/core/authorize.ts'
import { findSendingDomain } from './find-sending-domain.ts'
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
