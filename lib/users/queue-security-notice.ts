import type { Ctx } from '../context.ts'
import type { SecurityChange } from '../mail/mail-props.ts'
import { queueMail } from '../mail/queue-mail.ts'
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
