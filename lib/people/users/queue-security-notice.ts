import type { Ctx } from '#lib/core/context.ts'
import type { SecurityChange } from '#lib/mail/mail-props.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import { findUser } from './find-user.ts'

/** Tells a user what changed about their sign-in, in the transaction of the change; at `to`, or at their address. */
export async function queueSecurityNotice(
  ctx: Ctx,
  userId: string,
  change: SecurityChange,
  to?: string,
): Promise<void> {
  const user = await findUser(ctx.db, ctx.accountId, userId)
  const address = to ?? user?.email
  if (!user || !address) return
  const props = { firstName: user.firstName, change }
  await queueMail(ctx, { template: 'security-notice', to: address, userId, props })
}
