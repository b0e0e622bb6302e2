/** Events after which an order may have changed. All others are answered 200 and ignored. */
export const HANDLED_EVENTS = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.finalization_failed',
  'invoice.marked_uncollectible',
  'invoice.voided',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.pending_update_applied',
  'customer.subscription.pending_update_expired',
  'customer.subscription.trial_will_end',
] as const

const handled: ReadonlySet<string> = new Set(HANDLED_EVENTS)

/** Whether events of that type are looked at. Thin events name every change of a subscription; each is one to look at. */
export function isHandled(type: string): boolean {
  return handled.has(type) || type.startsWith('customer.subscription.')
}
