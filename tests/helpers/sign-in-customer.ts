import { eq } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { users } from '#db/schema/users.ts'
import type { Proven } from '#lib/access/tokens/issue-access-token.ts'
import { mintSignInTicket } from '#lib/access/tokens/mint-sign-in-ticket.ts'
import { authorize } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { derivedSecret } from '#lib/core/crypto/keyring.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { sessionCookie } from '#lib/web/sessions/cookie-names.ts'
import { carrySession } from '#lib/web/sessions/next-auth.ts'
import { openSessionCookie } from '#lib/web/sessions/session-token.ts'

/** The names that the start gives to Next and the edge. */
export function configureSessions(publicUrl = 'http://portal.test', apiOrigin = ''): void {
  overrideEnv({
    PUBLIC_URL: publicUrl,
    NEXTAUTH_SECRET: derivedSecret('nextauth'),
    NEXTAUTH_URL: publicUrl,
    LATCHKEY_API_ORIGIN: apiOrigin,
    LATCHKEY_FORWARD_KEY: derivedSecret('forwarded-client'),
  })
}

/** What a whole sign-in of that user would prove at this moment. */
export async function provenNow(userId: string): Promise<Proven> {
  const [user] = await db().select({ signInEpoch: users.signInEpoch }).from(users).where(eq(users.id, userId))
  if (!user) throw new Error(`there is no user ${userId}`)
  return { userId, ...user }
}

/** A browser's session, made the way the sign-in page makes it. */
export async function signInCustomer(ctx: Ctx, userId: string) {
  const userAgent = 'Mozilla/5.0 (X11; Linux) Firefox/140.0'
  const earned = await mintSignInTicket(ctx, { ...(await provenNow(userId)), userAgent })
  const carrier = await carrySession(authorize(ctx, 'public'), earned)
  const token = await openSessionCookie(carrier?.value)
  if (!carrier || !token) throw new Error('the ticket was not taken')
  return { ...carrier, token, cookie: `${sessionCookie().name}=${carrier.value}` }
}
