import Stripe from 'stripe'
import { fetchSession } from '../checkout/fetch-session.ts'
import { stripe } from '../stripe-client.ts'
import { fetchSubscription } from './fetch-subscription.ts'
import { type FetchedSubject, idOf } from './fetched-subject.ts'

/**
 * Looks a subject up at the provider: events only say where to look, never what is there.
 * @param isKnown whether one of our orders already names that subscription
 */
export async function fetchSubject(
  subject: string,
  isKnown: (subscriptionId: string) => Promise<boolean>,
): Promise<FetchedSubject> {
  try {
    switch (subject.slice(0, subject.indexOf('_'))) {
      case 'sub':
        return await fetchSubscription(subject, await isKnown(subject))
      case 'cs':
        return await fetchSession(subject)
      case 'in':
        return await fetchInvoice(subject)
      case 'pi':
        return await fetchPaymentIntent(subject)
      default:
        return { kind: 'ignored', note: 'nothing is known of such an object' }
    }
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing') {
      return { kind: 'ignored', note: 'the payment provider no longer has it' }
    }
    throw error
  }
}

async function fetchInvoice(id: string): Promise<FetchedSubject> {
  const invoice = await stripe('job').invoices.retrieve(id)
  const subscription = idOf(invoice.parent?.subscription_details?.subscription)
  return subscription
    ? { kind: 'forward', subject: subscription }
    : { kind: 'ignored', note: 'the invoice is of no subscription' }
}

async function fetchPaymentIntent(id: string): Promise<FetchedSubject> {
  const sessions = await stripe('job').checkout.sessions.list({ payment_intent: id, limit: 1 })
  const session = sessions.data[0]
  return session
    ? { kind: 'forward', subject: session.id }
    : { kind: 'ignored', note: 'the payment came through no checkout of ours' }
}
