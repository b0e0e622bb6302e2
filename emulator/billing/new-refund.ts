import { blank } from '../contract/blank.ts'
import type { Metadata } from '../documents/document.ts'
import type { Charge, Refund } from '../documents/payments.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'

/** Gives a part of a charge back to its card at once, with the events. */
export async function newRefund(
  work: Work,
  charge: Charge,
  input: { amount: number; reason: string | null; metadata: Metadata },
): Promise<Refund> {
  const refund: Refund = {
    ...blank('Refund'),
    id: work.newId('re'),
    object: 'refund',
    amount: input.amount,
    charge: charge.id,
    created: work.now,
    currency: charge.currency,
    customer: charge.customer,
    destination_details: { card: { type: 'refund' }, type: 'card' },
    metadata: input.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: input.reason,
    status: 'succeeded',
  }
  const amountRefunded = charge.amount_refunded + input.amount
  const refunded: Charge = {
    ...charge,
    amount_refunded: amountRefunded,
    refunded: amountRefunded === charge.amount_captured,
  }
  await work.db.put('refund', refund)
  await work.db.put('charge', refunded)
  await emit(work, 'refund.created', refund)
  await emit(work, 'charge.refunded', refunded)
  return refund
}
