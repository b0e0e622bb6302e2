import { endSubscription } from '../../billing/end-subscription.ts'
import { emit } from '../../webhooks/emit.ts'
import { find } from '../find.ts'
import { command } from '../operation.ts'

/** Deletes a customer for good and ends its subscriptions. */
export const deleteCustomer = command(async (work, _params, path) => {
  const customer = await find(work.db, 'customer', path.id)
  const running = await work.db.list('subscription', {
    match: { customer: customer.id },
    where: (subscription) => subscription.status !== 'canceled',
  })
  for (const subscription of running) await endSubscription(work, subscription, null)
  await work.db.put('customer', { ...customer, email: null, name: null, metadata: {}, deleted: true })
  await emit(work, 'customer.deleted', customer)
  return { id: customer.id, object: 'customer', deleted: true }
})
