import type Stripe from 'stripe'
import { listInline } from '../../http/list.ts'
import { find } from '../find.ts'
import { query } from '../operation.ts'

export const listSessionLineItems = query<Stripe.Checkout.SessionListLineItemsParams>(
  async ({ db }, params, path) => {
    await find(db, 'checkout.session', path.id)
    const plan = await find(db, 'session_plan', path.id)
    return listInline(plan.line_items, `/v1/checkout/sessions/${path.id}/line_items`, params)
  },
)
