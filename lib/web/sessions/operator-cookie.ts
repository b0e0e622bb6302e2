import { SESSION_MS } from '#lib/access/operators/find-operator-session.ts'
import { sealedCookie } from './cookie.ts'

/** Carries an operator's session token. Own name and key: a customer's cookie never opens the dashboard, nor this one the portal. */
export const operatorCookie = sealedCookie({
  name: 'latchkey.operator',
  purpose: 'operator-cookie',
  ttlSeconds: SESSION_MS / 1000,
})
