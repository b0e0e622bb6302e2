import { contract } from '../contract/load.ts'
import type { Work } from '../work.ts'
import { setSecret } from './secrets.ts'

export interface KnownEndpoint {
  /** Stays the same over restarts, such as `we_portal`. */
  id: string
  url: string
  secret: string
  /** All events if absent. */
  enabledEvents?: string[]
}

/** Registers an endpoint whose secret both sides know beforehand, which Stripe's API cannot do. */
export async function ensureEndpoint(work: Work, endpoint: KnownEndpoint): Promise<void> {
  const before = await work.db.get('webhook_endpoint', endpoint.id)
  await work.db.put('webhook_endpoint', {
    id: endpoint.id,
    object: 'webhook_endpoint',
    api_version: contract().info.version,
    application: null,
    created: before?.created ?? work.now,
    description: null,
    enabled_events: endpoint.enabledEvents ?? ['*'],
    livemode: false,
    metadata: {},
    status: 'enabled',
    url: endpoint.url,
  })
  await setSecret(work, endpoint.id, endpoint.secret)
}
