import type { Ctx } from '../context.ts'
import type { SecurityChange } from '../mail/mail-props.ts'
import { queueMail } from '../mail/queue-mail.ts'
import { findUser } from './find-user.ts'

/** Tells a user what changed about their sign-in, in the transaction of the change. */
export async function queueSecurityNotice(ctx: Ctx, userId: string, change: SecurityChange): Promise<void> {
  const user = await findUser(ctx.db, ctx.accountId, userId)
  if (!user?.email) return
  const props = { firstName: user.firstName, change }
  await queueMail(ctx, { template: 'security-notice', to: user.email, userId, props })
}
