import { listCharges } from './charges/list.ts'
import { retrieveCharge } from './charges/retrieve.ts'
import { createSession } from './checkout-sessions/create.ts'
import { expireOpenSession } from './checkout-sessions/expire.ts'
import { listSessions } from './checkout-sessions/list.ts'
import { listSessionLineItems } from './checkout-sessions/list-line-items.ts'
import { retrieveSession } from './checkout-sessions/retrieve.ts'
import { updateSession } from './checkout-sessions/update.ts'
import { createCustomer } from './customers/create.ts'
import { deleteCustomer } from './customers/delete.ts'
import { listCustomers } from './customers/list.ts'
import { listCustomerPaymentMethods } from './customers/list-payment-methods.ts'
import { retrieveCustomer } from './customers/retrieve.ts'
import { updateCustomer } from './customers/update.ts'
import { listEvents } from './events/list.ts'
import { retrieveEvent } from './events/retrieve.ts'
import { listInvoicePayments } from './invoice-payments/list.ts'
import { retrieveInvoicePayment } from './invoice-payments/retrieve.ts'
import { listInvoices } from './invoices/list.ts'
import { listInvoiceLines } from './invoices/list-lines.ts'
import { payOpenInvoice } from './invoices/pay.ts'
import { retrieveInvoice } from './invoices/retrieve.ts'
import type { Operation } from './operation.ts'
import { listPaymentIntents } from './payment-intents/list.ts'
import { retrievePaymentIntent } from './payment-intents/retrieve.ts'
import { retrievePaymentMethod } from './payment-methods/retrieve.ts'
import { createPrice } from './prices/create.ts'
import { listPrices } from './prices/list.ts'
import { retrievePrice } from './prices/retrieve.ts'
import { updatePrice } from './prices/update.ts'
import { createProduct } from './products/create.ts'
import { deleteProduct } from './products/delete.ts'
import { listProducts } from './products/list.ts'
import { retrieveProduct } from './products/retrieve.ts'
import { updateProduct } from './products/update.ts'
import { createRefund } from './refunds/create.ts'
import { listRefunds } from './refunds/list.ts'
import { retrieveRefund } from './refunds/retrieve.ts'
import { retrieveSetupIntent } from './setup-intents/retrieve.ts'
import { listSubscriptionItems } from './subscription-items/list.ts'
import { retrieveSubscriptionItem } from './subscription-items/retrieve.ts'
import { cancelSubscription } from './subscriptions/cancel.ts'
import { listSubscriptions } from './subscriptions/list.ts'
import { retrieveSubscription } from './subscriptions/retrieve.ts'
import { updateSubscription } from './subscriptions/update.ts'
import { createWebhookEndpoint } from './webhook-endpoints/create.ts'
import { deleteWebhookEndpoint } from './webhook-endpoints/delete.ts'
import { listWebhookEndpoints } from './webhook-endpoints/list.ts'
import { retrieveWebhookEndpoint } from './webhook-endpoints/retrieve.ts'
import { updateWebhookEndpoint } from './webhook-endpoints/update.ts'

/** What the emulator can do, by the contract's operation ids; anything else is an unrecognized URL. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries<Operation>({
    'Charges.list': listCharges,
    'Charges.retrieve': retrieveCharge,
    'Checkout.Sessions.create': createSession,
    'Checkout.Sessions.expire': expireOpenSession,
    'Checkout.Sessions.list': listSessions,
    'Checkout.Sessions.listLineItems': listSessionLineItems,
    'Checkout.Sessions.retrieve': retrieveSession,
    'Checkout.Sessions.update': updateSession,
    'Customers.create': createCustomer,
    'Customers.del': deleteCustomer,
    'Customers.list': listCustomers,
    'Customers.listPaymentMethods': listCustomerPaymentMethods,
    'Customers.retrieve': retrieveCustomer,
    'Customers.update': updateCustomer,
    'Events.list': listEvents,
    'Events.retrieve': retrieveEvent,
    'InvoicePayments.list': listInvoicePayments,
    'InvoicePayments.retrieve': retrieveInvoicePayment,
    'Invoices.list': listInvoices,
    'Invoices.listLineItems': listInvoiceLines,
    'Invoices.pay': payOpenInvoice,
    'Invoices.retrieve': retrieveInvoice,
    'PaymentIntents.list': listPaymentIntents,
    'PaymentIntents.retrieve': retrievePaymentIntent,
    'PaymentMethods.retrieve': retrievePaymentMethod,
    'Prices.create': createPrice,
    'Prices.list': listPrices,
    'Prices.retrieve': retrievePrice,
    'Prices.update': updatePrice,
    'Products.create': createProduct,
    'Products.del': deleteProduct,
    'Products.list': listProducts,
    'Products.retrieve': retrieveProduct,
    'Products.update': updateProduct,
    'Refunds.create': createRefund,
    'Refunds.list': listRefunds,
    'Refunds.retrieve': retrieveRefund,
    'SetupIntents.retrieve': retrieveSetupIntent,
    'SubscriptionItems.list': listSubscriptionItems,
    'SubscriptionItems.retrieve': retrieveSubscriptionItem,
    'Subscriptions.cancel': cancelSubscription,
    'Subscriptions.list': listSubscriptions,
    'Subscriptions.retrieve': retrieveSubscription,
    'Subscriptions.update': updateSubscription,
    'WebhookEndpoints.create': createWebhookEndpoint,
    'WebhookEndpoints.del': deleteWebhookEndpoint,
    'WebhookEndpoints.list': listWebhookEndpoints,
    'WebhookEndpoints.retrieve': retrieveWebhookEndpoint,
    'WebhookEndpoints.update': updateWebhookEndpoint,
  }),
)
