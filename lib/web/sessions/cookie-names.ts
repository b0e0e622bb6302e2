import { edgeEnv } from '#lib/core/env-edge.ts'

/** Usable on the edge: one place names the customers' cookie for the sign-in, the pages, the middleware and the BFF. */
export interface SessionCookie {
  name: string
  attributes: { httpOnly: true; secure: boolean; sameSite: 'lax'; path: '/' }
}

/** The cookie that carries a customer's access token; on https browsers themselves tie `__Host-` to this host. */
export function sessionCookie(): SessionCookie {
  const secure = edgeEnv.publicUrl().startsWith('https://')
  return {
    name: secure ? '__Host-latchkey.session' : 'latchkey.session',
    attributes: { httpOnly: true, secure, sameSite: 'lax', path: '/' },
  }
}
