import { completeSession } from '../billing/complete-session.ts'
import { newPaymentMethod } from '../billing/new-payment-method.ts'
import { needsAuthentication } from '../billing/test-cards.ts'
import { type Emulation, transact } from '../emulation.ts'
import type { Work } from '../work.ts'
import { type Attempt, checkoutPage } from './checkout.ts'
import { loadOpenSession, successUrl, wantsCard } from './load-session.ts'
import type { PageAnswer } from './page-answer.ts'
import { readCard } from './read-card.ts'
import { basePath } from './send-page.ts'

type Result = PageAnswer | { again: Attempt }

/** The buyer pressed Pay. However often that happens, one payment is made. */
export async function submitCheckout(
  emulation: Emulation,
  id: string,
  form: URLSearchParams,
): Promise<PageAnswer> {
  const result = await transact(emulation, {}, (work) => pay(emulation, work, id, form))
  if (!('again' in result)) return result
  const session = await emulation.storage.get('checkout.session', id)
  const plan = await emulation.storage.get('session_plan', id)
  if (!session || !plan) throw new Error(`Session ${id} vanished`)
  return checkoutPage(emulation, session, plan, result.again)
}

async function pay(emulation: Emulation, work: Work, id: string, form: URLSearchParams): Promise<Result> {
  const finished = await work.db.get('checkout.session', id)
  if (finished?.status === 'complete') return { redirect: successUrl(finished) }
  const loaded = await loadOpenSession(work.db, id, work.now)
  if (loaded.instead) return loaded.instead
  const { session, plan } = loaded
  const values = { email: form.get('email')?.trim() ?? '', expiry: form.get('expiry') ?? '' }
  const customer = session.customer === null ? undefined : await work.db.get('customer', session.customer)
  const email = customer?.email ?? session.customer_email ?? values.email
  const errors: Attempt['errors'] = {}
  if (!isEmail(email)) errors.email = 'E-mail: enter an address such as you@example.com.'
  const read = wantsCard(session) ? readCard(form, new Date(work.now * 1000)) : undefined
  if (read?.errors || errors.email) return { again: { values, errors: { ...errors, ...read?.errors } } }
  const paymentMethod = read && (await newPaymentMethod(work, read.card, email))
  if (paymentMethod && needsAuthentication(paymentMethod.card.last4)) {
    await work.db.put('session_plan', {
      ...plan,
      authenticating: { payment_method: paymentMethod.id, email },
    })
    return { redirect: `${basePath(emulation)}/c/pay/${id}/authenticate` }
  }
  const declined = await completeSession(work, { session, plan, paymentMethod, email })
  if (declined) return { again: { values, errors: { form: declined.message } } }
  return { redirect: successUrl(session) }
}

function isEmail(text: string): boolean {
  return text.length <= 254 && !text.includes('\0') && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)
}
