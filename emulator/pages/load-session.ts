import type { Session, SessionPlan } from '../documents/checkout.ts'
import type { Reader } from '../storage.ts'
import { messagePage } from './layout.ts'
import type { PageAnswer } from './page-answer.ts'

export type Loaded = { session: Session; plan: SessionPlan; instead?: never } | { instead: PageAnswer }

/** The open session of that id, or the page that explains why there is none. */
export async function loadOpenSession(db: Reader, id: string, nowSeconds: number): Promise<Loaded> {
  const session = await db.get('checkout.session', id)
  const plan = await db.get('session_plan', id)
  if (!session || !plan) {
    return { instead: messagePage(404, 'Page not found', 'This payment page does not exist.') }
  }
  const back = session.cancel_url === null ? undefined : { href: session.cancel_url, label: 'Back' }
  if (session.status === 'complete') {
    const onward = { href: successUrl(session), label: 'Continue' }
    return {
      instead: messagePage(200, "You're all done here", 'This payment has already been made.', onward),
    }
  }
  if (session.status === 'expired' || session.expires_at <= nowSeconds) {
    const text = 'This payment page has expired. Go back and start again; nothing was charged.'
    return { instead: messagePage(410, 'This page has expired', text, back) }
  }
  return { session, plan }
}

/** Where the buyer goes after paying. */
export function successUrl(session: Session): string {
  return session.success_url
    .replaceAll('{CHECKOUT_SESSION_ID}', session.id)
    .replaceAll('%7BCHECKOUT_SESSION_ID%7D', session.id)
}

/** Whether the page asks for a card: always, unless nothing is due and the seller doesn't insist. */
export function wantsCard(session: Session): boolean {
  if (session.mode === 'setup' || (session.amount_total ?? 0) > 0) return true
  return session.mode === 'subscription' && session.payment_method_collection !== 'if_required'
}
