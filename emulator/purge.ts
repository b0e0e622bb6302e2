import type { Emulation } from './emulation.ts'
import { secondsOf } from './emulation.ts'

const KEPT_SECONDS = 60 * 24 * 3600
const BATCH = 500

/** Removes events and finished deliveries that are older than anybody may ask for. */
export async function purge(emulation: Emulation, now: Date): Promise<void> {
  const created = { lt: secondsOf(now) - KEPT_SECONDS }
  await emulation.storage.transaction(async (tx) => {
    const events = await tx.list('event', {
      created,
      where: ({ pending_webhooks }) => pending_webhooks === 0,
      limit: BATCH,
    })
    for (const event of events) await tx.delete('event', event.id)
    const deliveries = await tx.list('delivery', {
      created,
      where: ({ state }) => state !== 'pending',
      limit: BATCH,
    })
    for (const delivery of deliveries) await tx.delete('delivery', delivery.id)
  })
}
