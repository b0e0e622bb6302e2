import type Stripe from 'stripe'
import { invalidParam } from '../../http/errors.ts'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

const KEPT_SECONDS = 30 * 24 * 3600

/** Events of the last 30 days, as with Stripe. */
export const listEvents = query<Stripe.EventListParams>(({ db, now }, params) => {
  if (params.type !== undefined && params.types !== undefined) {
    throw invalidParam('You may pass either type or types, but not both.', 'types')
  }
  const patterns = params.types ?? (params.type === undefined ? undefined : [params.type])
  return listPage(db, 'event', '/v1/events', params, {
    where: (event) =>
      event.created >= now - KEPT_SECONDS &&
      (patterns === undefined || patterns.some((pattern) => isOfType(event.type, pattern))) &&
      (params.delivery_success === undefined || params.delivery_success === (event.pending_webhooks === 0)),
  })
})

function isOfType(type: string, pattern: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern
}
