import type { Authorized } from '#lib/core/authorize.ts'
import { type AutomatedEmailDto, toAutomatedEmailDto } from './automated-email-dto.ts'
import { findAutomatedEmail } from './find-automated-email.ts'

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
