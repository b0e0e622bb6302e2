import { authorize } from '#lib/auth/authorize.ts'
import type { Ctx } from '#lib/context.ts'
import { derivedSecret } from '#lib/crypto/keyring.ts'
import { overrideEnv } from '#lib/env.ts'
import { sessionCookie } from '#lib/session/cookie-names.ts'
import { carrySession } from '#lib/session/next-auth.ts'
import { openSessionCookie } from '#lib/session/session-token.ts'
import { mintSignInTicket } from '#lib/tokens/mint-sign-in-ticket.ts'

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

/** A browser's session, made the way the sign-in page makes it. */
export async function signInCustomer(ctx: Ctx, userId: string) {
  const earned = await mintSignInTicket(ctx, { userId, userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/140.0' })
  const carrier = await carrySession(authorize(ctx, 'public'), earned)
  const token = await openSessionCookie(carrier?.value)
  if (!carrier || !token) throw new Error('the ticket was not taken')
  return { ...carrier, token, cookie: `${sessionCookie().name}=${carrier.value}` }
}
