import { completeSession } from '../billing/complete-session.ts'
import { type Emulation, secondsOf, transact } from '../emulation.ts'
import type { Work } from '../work.ts'
import { type Attempt, checkoutPage } from './checkout.ts'
import { formatAmount } from './format.ts'
import { html } from './html.ts'
import { loadOpenSession, successUrl } from './load-session.ts'
import type { PageAnswer } from './page-answer.ts'
import { basePath } from './send-page.ts'

const REFUSED =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.'

/** In place of the page on which a bank asks for confirmation (3-D Secure). */
export async function showAuthentication(emulation: Emulation, id: string): Promise<PageAnswer> {
  const loaded = await loadOpenSession(emulation.storage, id, secondsOf(emulation.clock.now()))
  if (loaded.instead) return loaded.instead
  const { session, plan } = loaded
  const path = `${basePath(emulation)}/c/pay/${id}`
  if (plan.authenticating === null) return { redirect: path }
  const amount =
    session.amount_total === null ? '' : formatAmount(session.amount_total, session.currency ?? 'usd')
  const body = html`
<section class="card message">
  <h1>Confirm your payment</h1>
  <p>Your bank asks you to confirm this payment${amount === '' ? '' : ` of ${amount}`}.</p>
  <form method="post" action="${path}/authenticate">
    <button type="submit" name="result" value="complete">Complete authentication</button>
    <button type="submit" name="result" value="fail" class="secondary">Fail authentication</button>
  </form>
</section>`
  return { status: 200, title: 'Confirm your payment', body: body.text, formTargets: [session.success_url] }
}

export async function submitAuthentication(
  emulation: Emulation,
  id: string,
  form: URLSearchParams,
): Promise<PageAnswer> {
  const isConfirmed = form.get('result') === 'complete'
  const result = await transact(emulation, {}, (work) => settle(emulation, work, id, isConfirmed))
  if (!('again' in result)) return result
  const session = await emulation.storage.get('checkout.session', id)
  const plan = await emulation.storage.get('session_plan', id)
  if (!session || !plan) throw new Error(`Session ${id} vanished`)
  return checkoutPage(emulation, session, plan, result.again)
}

async function settle(
  emulation: Emulation,
  work: Work,
  id: string,
  isConfirmed: boolean,
): Promise<PageAnswer | { again: Attempt }> {
  const finished = await work.db.get('checkout.session', id)
  if (finished?.status === 'complete') return { redirect: successUrl(finished) }
  const loaded = await loadOpenSession(work.db, id, work.now)
  if (loaded.instead) return loaded.instead
  const { session, plan } = loaded
  const waiting = plan.authenticating
  if (waiting === null) return { redirect: `${basePath(emulation)}/c/pay/${id}` }
  const values = { email: waiting.email ?? '' }
  if (!isConfirmed) {
    await work.db.put('session_plan', { ...plan, authenticating: null })
    return { again: { values, errors: { form: REFUSED } } }
  }
  const paymentMethod = await work.db.get('payment_method', waiting.payment_method)
  const declined = await completeSession(work, { session, plan, paymentMethod, email: waiting.email })
  return declined
    ? { again: { values, errors: { form: declined.message } } }
    : { redirect: successUrl(session) }
}
