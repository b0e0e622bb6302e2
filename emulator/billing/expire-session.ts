import type { Session } from '../documents/checkout.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'

export async function expireSession(work: Work, session: Session): Promise<Session> {
  const expired: Session = {
    ...session,
    expires_at: Math.min(session.expires_at, work.now),
    status: 'expired',
    url: null,
  }
  await work.db.put('checkout.session', expired)
  await emit(work, 'checkout.session.expired', expired)
  return expired
}
