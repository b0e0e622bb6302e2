import pLimit from 'p-limit'
import type { Delivery } from '../documents/events.ts'
import { type Emulation, secondsOf } from '../emulation.ts'
import { shuffle } from '../faults/shuffle.ts'
import type { Storage } from '../storage.ts'
import { nextAttempt } from './backoff.ts'
import { send } from './send.ts'

const BATCH = 100
/** If the process dies during an attempt, the delivery is due again after this. */
const LEASE_MS = 20_000

export interface Dispatcher {
  wake(): void
  /** Attempts everything due at `untilMs` (default: the clock's time), what comes up meanwhile included. */
  settle(untilMs?: number): Promise<void>
  close(): Promise<void>
}

/** Sends due deliveries: one after the other per endpoint, endpoints side by side. One round at a time. */
export function createDispatcher(emulation: Emulation): Dispatcher {
  const inTurn = pLimit(1)
  let waiting = false
  let closed = false

  const settle = (untilMs?: number): Promise<void> => {
    const run = inTurn(async () => {
      waiting = false
      while (!closed && (await round(emulation, untilMs ?? emulation.clock.now().getTime()))) {}
    })
    run.catch((error: unknown) => {
      if (!closed) emulation.log('error', 'webhook round failed', { error: String(error) })
    })
    return run
  }

  return {
    settle,
    wake() {
      if (waiting || closed) return
      waiting = true
      settle().catch(() => undefined)
    },
    async close() {
      closed = true
      await inTurn(() => undefined)
    },
  }
}

/** Gives back what a process that died had taken for itself. A living one may send its share twice: receivers expect that. */
export async function recoverLeases(storage: Storage): Promise<void> {
  await storage.transaction(async (tx) => {
    const taken = await tx.list('delivery', {
      match: { state: 'pending' },
      where: ({ leased_from_ms }) => leased_from_ms !== null,
    })
    for (const delivery of taken) {
      await tx.put('delivery', {
        ...delivery,
        next_attempt_ms: delivery.leased_from_ms,
        leased_from_ms: null,
      })
    }
  })
}

/** @returns whether anything was due */
async function round(emulation: Emulation, nowMs: number): Promise<boolean> {
  if ((await emulation.storage.due('delivery', nowMs, 1)).length === 0) return false
  const claimed = await claim(emulation, nowMs)
  const reorder = claimed
    .map((delivery) => emulation.faults.strikeWebhook('shuffle', delivery.type))
    .find(Boolean)
  const ordered = reorder ? shuffle(claimed, reorder.seed ?? 1) : claimed
  const byEndpoint = Map.groupBy(ordered, (delivery) => delivery.endpoint)
  await Promise.all(
    [...byEndpoint.values()].map(async (deliveries) => {
      for (const delivery of deliveries) await attempt(emulation, delivery, nowMs)
    }),
  )
  return true
}

/** Takes what is due for itself: another process sees it only after the lease, or after the delay a fault asks for. */
function claim(emulation: Emulation, nowMs: number): Promise<Delivery[]> {
  return emulation.storage.transaction(async (tx) => {
    const claimed: Delivery[] = []
    for (const delivery of await tx.due('delivery', nowMs, BATCH)) {
      const isFresh = delivery.attempts === 0 && delivery.next_attempt_ms === delivery.first_due_ms
      const delay = isFresh ? emulation.faults.strikeWebhook('delay', delivery.type) : undefined
      await tx.put('delivery', {
        ...delivery,
        leased_from_ms: delay ? null : delivery.next_attempt_ms,
        next_attempt_ms: nowMs + (delay ? (delay.ms ?? 60_000) : LEASE_MS),
      })
      if (!delay) claimed.push(delivery)
    }
    return claimed
  })
}

async function attempt(emulation: Emulation, delivery: Delivery, nowMs: number): Promise<void> {
  const endpoint = await emulation.storage.get('webhook_endpoint', delivery.endpoint)
  const gone = endpoint?.status !== 'enabled'
  const outcome = gone
    ? { ok: false, final: true, status: null, error: 'endpoint deleted or disabled' }
    : await send(emulation, endpoint, delivery, timeOf(emulation, nowMs))
  // Cut off by our own end: not the endpoint's failure. The next start takes it up again.
  if (!outcome.ok && emulation.closing.aborted) return
  const attempts = delivery.attempts + 1
  const next = outcome.ok || outcome.final ? null : nextAttempt(attempts, delivery.first_due_ms, nowMs)
  await emulation.storage.transaction(async (tx) => {
    await tx.put('delivery', {
      ...delivery,
      attempts,
      leased_from_ms: null,
      state: outcome.ok ? 'delivered' : next === null ? 'failed' : 'pending',
      next_attempt_ms: next,
      last_status: outcome.status,
      last_error: outcome.error,
    })
    const event = outcome.ok ? await tx.get('event', delivery.event) : undefined
    if (event) await tx.put('event', { ...event, pending_webhooks: Math.max(0, event.pending_webhooks - 1) })
  })
}

/** Seconds for a signature: a long round must not sign with the time of its beginning. */
function timeOf(emulation: Emulation, nowMs: number): number {
  return secondsOf(new Date(Math.max(nowMs, emulation.clock.now().getTime())))
}
