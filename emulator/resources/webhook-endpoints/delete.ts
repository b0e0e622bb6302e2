import { find } from '../find.ts'
import { command } from '../operation.ts'

/** Deliveries still under way to it end as failed. */
export const deleteWebhookEndpoint = command(async (work, _params, path) => {
  const endpoint = await find(work.db, 'webhook_endpoint', path.id)
  await work.db.delete('webhook_endpoint', endpoint.id)
  await work.db.delete('webhook_secrets', endpoint.id)
  return { id: endpoint.id, object: 'webhook_endpoint', deleted: true }
})
