import type { Reader } from '../storage.ts'

type Loader = (db: Reader, node: Record<string, unknown>) => Promise<unknown>

/** Fields an object shows only when asked to, by `object.field`. */
export const INCLUDABLE: ReadonlyMap<string, Loader> = new Map(
  Object.entries<Loader>({
    'checkout.session.line_items': async (db, session) => {
      const plan = await db.get('session_plan', String(session.id))
      return list(plan?.line_items ?? [], `/v1/checkout/sessions/${session.id}/line_items`)
    },
    'invoice.payments': async (db, invoice) => {
      const data = await db.list('invoice_payment', { match: { invoice: invoice.id } })
      return list(data, `/v1/invoice_payments?invoice=${invoice.id}`)
    },
    'customer.subscriptions': async (db, customer) => {
      const data = await db.list('subscription', {
        match: { customer: customer.id },
        where: (subscription) => subscription.status !== 'canceled',
      })
      return list(data, `/v1/customers/${customer.id}/subscriptions`)
    },
  }),
)

function list(data: unknown[], url: string) {
  return { object: 'list', data, has_more: false, url }
}
