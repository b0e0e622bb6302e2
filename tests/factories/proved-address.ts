import { and, desc, eq } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { mails } from '#db/schema/mail.ts'
import { authorize } from '#lib/core/authorize.ts'
import type { Clock } from '#lib/core/clock.ts'
import { open, seal } from '#lib/core/crypto/seal.ts'
import { newId } from '#lib/core/ids.ts'
import { mailPasswordReset } from '#lib/people/passwords/mail-password-reset.ts'
import { resetPassword } from '#lib/people/passwords/reset-password.ts'
import { contextFor, systemActor, visitorActor } from '#tests/helpers/context.ts'
import { USER_PASSWORD } from './user.ts'

/** Proves a user's address as people do: by a link that was mailed there. Their password becomes `USER_PASSWORD`. */
export async function proveAddress(
  accountId: string,
  user: { id: string; email: string },
  options: { clock?: Clock } = {},
): Promise<void> {
  const timed = <C extends object>(ctx: C) => ({ ...ctx, ...options })
  const requestId = newId()
  const system = authorize(timed(contextFor(systemActor(), { accountId })), 'system:work')
  await mailPasswordReset(system, { requestId, sealedEmail: seal('mail', user.email, requestId) })
  const [mail] = await db()
    .select()
    .from(mails)
    .where(and(eq(mails.userId, user.id), eq(mails.template, 'password-reset')))
    .orderBy(desc(mails.createdAt), desc(mails.id))
    .limit(1)
  if (!mail) throw new Error('no mail with a link was written')
  const { path } = JSON.parse(open('mail', mail.sealedProps, mail.id)) as { path: string }
  const token = new URL(path, 'https://portal.example').searchParams.get('token') ?? ''
  const visitor = authorize(timed(contextFor(visitorActor, { accountId })), 'public')
  await resetPassword(visitor, { id: user.id, token, newPassword: USER_PASSWORD })
}
