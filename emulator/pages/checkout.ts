import type { LineItem, Session, SessionPlan } from '../documents/checkout.ts'
import { type Emulation, secondsOf } from '../emulation.ts'
import { formatAmount, formatInterval } from './format.ts'
import { html, raw, type Safe } from './html.ts'
import { loadOpenSession, wantsCard } from './load-session.ts'
import type { PageAnswer } from './page-answer.ts'
import { basePath } from './send-page.ts'

/** What the buyer typed before, and what was wrong with it. Card number and security code are never sent back. */
export interface Attempt {
  values: { email?: string; expiry?: string }
  /** By field name; `form` is about the whole. */
  errors: Record<string, string>
}

export async function showCheckout(emulation: Emulation, id: string): Promise<PageAnswer> {
  const loaded = await loadOpenSession(emulation.storage, id, secondsOf(emulation.clock.now()))
  if (loaded.instead) return loaded.instead
  return checkoutPage(emulation, loaded.session, loaded.plan)
}

/** The payment form. */
export async function checkoutPage(
  emulation: Emulation,
  session: Session,
  plan: SessionPlan,
  attempt: Attempt = { values: {}, errors: {} },
): Promise<PageAnswer> {
  const customer =
    session.customer === null ? undefined : await emulation.storage.get('customer', session.customer)
  const known = customer?.email ?? session.customer_email
  const failed = Object.keys(attempt.errors).length > 0
  const title = session.mode === 'setup' ? 'Save your card' : 'Checkout'
  const action = `${basePath(emulation)}/c/pay/${session.id}`
  const body = html`
<div class="columns">
  <section class="card summary" aria-labelledby="summary">
    ${session.cancel_url === null ? raw('') : html`<p class="back"><a href="${session.cancel_url}">Back</a></p>`}
    <h1 id="summary">${title}</h1>
    ${summary(session, plan)}
  </section>
  <section class="card" aria-labelledby="payment">
    <h2 id="payment">Payment details</h2>
    ${attempt.errors.form ? html`<p class="alert" role="alert">${attempt.errors.form}</p>` : raw('')}
    <form method="post" action="${action}" novalidate>
      ${known ? html`<p class="known">E-mail: <strong>${known}</strong></p>` : emailField(attempt)}
      ${wantsCard(session) ? cardFields(attempt) : html`<p>No payment is due now.</p>`}
      <button type="submit">Pay</button>
    </form>
    <p class="hint">Use the test card <code>4242 4242 4242 4242</code> with any future expiry and any security code.</p>
  </section>
</div>`
  return {
    // Not 402: browsers report such an answer as an error of the page.
    status: 200,
    title: failed ? `Error: ${title}` : title,
    body: body.text,
    formTargets: [session.success_url],
  }
}

function summary(session: Session, plan: SessionPlan): Safe {
  if (session.mode === 'setup') return html`<p>Nothing is charged. Your card is kept for later payments.</p>`
  const total = formatAmount(session.amount_total ?? 0, session.currency ?? 'usd')
  const trial = plan.subscription_data.trial_days
  return html`
<ul class="lines">${plan.line_items.map(line)}</ul>
${trial === null ? raw('') : html`<p>Free for ${trial} ${trial === 1 ? 'day' : 'days'}, then as above.</p>`}
<p class="total"><span>Total due today</span> <strong>${total}</strong></p>`
}

function line(item: LineItem): Safe {
  const { price, quantity } = item
  const interval = price.recurring ? ` ${formatInterval(price.recurring)}` : ''
  const each = quantity > 1 ? ` (${formatAmount(price.unit_amount ?? 0, price.currency)} each)` : ''
  return html`
<li>
  <span class="name">${item.description ?? 'Item'}</span>
  <span class="amount">${formatAmount(item.amount_total, item.currency)}${interval}</span>
  <span class="quantity">Quantity ${quantity}${each}</span>
</li>`
}

function emailField(attempt: Attempt): Safe {
  return field('email', 'E-mail', attempt, {
    type: 'email',
    autocomplete: 'email',
    value: attempt.values.email ?? '',
  })
}

function cardFields(attempt: Attempt): Safe {
  return html`
${field('card_number', 'Card number', attempt, { inputmode: 'numeric', autocomplete: 'cc-number', placeholder: '1234 1234 1234 1234' })}
<div class="pair">
  ${field('expiry', 'Expiry', attempt, { inputmode: 'numeric', autocomplete: 'cc-exp', placeholder: 'MM / YY', value: attempt.values.expiry ?? '' })}
  ${field('security_code', 'Security code', attempt, { inputmode: 'numeric', autocomplete: 'cc-csc', placeholder: 'CVC' })}
</div>`
}

function field(name: string, label: string, attempt: Attempt, attributes: Record<string, string>): Safe {
  const error = attempt.errors[name]
  const all = Object.entries({ type: 'text', ...attributes }).map(
    ([key, value]) => html` ${raw(key)}="${value}"`,
  )
  const described = error ? html` aria-invalid="true" aria-describedby="${name}-error"` : raw('')
  return html`
<div class="field">
  <label for="${name}">${label}</label>
  <input id="${name}" name="${name}" required${all}${described}>
  ${error ? html`<p class="error" id="${name}-error">${error}</p>` : raw('')}
</div>`
}
