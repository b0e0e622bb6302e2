import type { Customer, Price, Product } from './catalogue.ts'
import type { Session, SessionPlan } from './checkout.ts'
import type { Document } from './document.ts'
import type { Delivery, StripeEvent, WebhookEndpoint, WebhookSecrets } from './events.ts'
import type { Charge, PaymentIntent, PaymentMethod, Refund, SetupIntent } from './payments.ts'
import type { Invoice, InvoicePayment, Subscription } from './subscriptions.ts'

/** The answer an idempotency key stands for, sealed because answers may hold secrets. */
interface IdempotentAnswer extends Document {
  object: 'idempotent_answer'
  fingerprint: string
  status: number
  sealed_body: string
}

export interface Documents {
  customer: Customer
  product: Product
  price: Price
  'checkout.session': Session
  session_plan: SessionPlan
  payment_method: PaymentMethod
  payment_intent: PaymentIntent
  setup_intent: SetupIntent
  charge: Charge
  refund: Refund
  subscription: Subscription
  invoice: Invoice
  invoice_payment: InvoicePayment
  event: StripeEvent
  webhook_endpoint: WebhookEndpoint
  webhook_secrets: WebhookSecrets
  delivery: Delivery
  idempotent_answer: IdempotentAnswer
}

export type Kind = keyof Documents
