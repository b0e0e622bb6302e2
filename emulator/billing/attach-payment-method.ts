import type { PaymentMethod } from '../documents/payments.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'

/** Keeps a card for later payments of a customer. */
export async function attachPaymentMethod(
  work: Work,
  method: PaymentMethod,
  customer: string,
): Promise<PaymentMethod> {
  const attached = { ...method, customer }
  await work.db.put('payment_method', attached)
  await emit(work, 'payment_method.attached', attached)
  return attached
}
