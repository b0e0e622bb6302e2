import type Stripe from 'stripe'
import { newRefund } from '../../billing/new-refund.ts'
import type { Charge } from '../../documents/payments.ts'
import { invalidParam } from '../../http/errors.ts'
import type { Work } from '../../work.ts'
import { find } from '../find.ts'
import { mergeMetadata } from '../metadata.ts'
import { command, supportOnly } from '../operation.ts'

/** Gives money back: all that is left of a charge, or a part of it. */
export const createRefund = command<Stripe.RefundCreateParams>(async (work, params) => {
  supportOnly(params, ['amount', 'charge', 'metadata', 'payment_intent', 'reason'])
  const charge = await chargeOf(work, params)
  const left = charge.amount_captured - charge.amount_refunded
  if (charge.refunded || left === 0) {
    throw invalidParam(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded')
  }
  const amount = params.amount ?? left
  if (amount < 1) throw invalidParam('Invalid positive integer', 'amount', 'parameter_invalid_integer')
  if (amount > left) {
    throw invalidParam(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      'amount',
    )
  }
  return newRefund(work, charge, {
    amount,
    reason: params.reason ?? null,
    metadata: mergeMetadata({}, params.metadata),
  })
})

/** @throws ApiError 400 where neither or both are named, or no money came in */
async function chargeOf(work: Work, params: Stripe.RefundCreateParams): Promise<Charge> {
  if ((params.charge === undefined) === (params.payment_intent === undefined)) {
    throw invalidParam(
      'One of the following params should be provided for this request: payment_intent or charge.',
    )
  }
  if (params.charge !== undefined) {
    const charge = await find(work.db, 'charge', params.charge, 'charge')
    if (charge.status === 'succeeded') return charge
    throw invalidParam(`Charge ${charge.id} cannot be refunded because it failed.`, 'charge')
  }
  const intent = await find(work.db, 'payment_intent', params.payment_intent, 'payment_intent')
  const charge = intent.latest_charge ? await work.db.get('charge', intent.latest_charge) : undefined
  if (charge?.status === 'succeeded') return charge
  throw invalidParam(
    `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
    'payment_intent',
  )
}
