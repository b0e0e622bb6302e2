import type { Faults } from './faults/faults.ts'
import type { NewId } from './ids.ts'
import type { Storage } from './storage.ts'
import type { RequestInfo, View, Work } from './work.ts'

export interface Clock {
  now(): Date
}

/** What every part of one emulator shares. */
export interface Emulation {
  storage: Storage
  clock: Clock
  newId: NewId
  faults: Faults
  secretKeys: readonly string[]
  publicBase(): string
  afterFinalFailure: Work['afterFinalFailure']
  fetch: typeof fetch
  /** Aborted when the emulator closes. */
  closing: AbortSignal
  log(level: 'info' | 'warn' | 'error', message: string, details?: object): void
  /** Wakes the webhook dispatcher; called after each commit. */
  wake(): void
}

const NO_REQUEST: RequestInfo = { id: null, idempotencyKey: null }

export function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}

export function view(emulation: Emulation): View {
  return {
    db: emulation.storage,
    now: secondsOf(emulation.clock.now()),
    publicBase: emulation.publicBase(),
  }
}

/** Runs one unit of work in a transaction. What it queued for webhooks starts moving once it has committed. */
export async function transact<T>(
  emulation: Emulation,
  context: { request?: RequestInfo; now?: number },
  run: (work: Work) => Promise<T>,
): Promise<T> {
  const { storage, faults } = emulation
  const result = await storage.transaction((db) =>
    run({
      db,
      now: context.now ?? secondsOf(emulation.clock.now()),
      publicBase: emulation.publicBase(),
      newId: emulation.newId,
      request: context.request ?? NO_REQUEST,
      seal: storage.seal,
      open: storage.open,
      afterFinalFailure: emulation.afterFinalFailure,
      isSuppressed: (type) => faults.strikeWebhook('never_generated', type) !== undefined,
    }),
  )
  emulation.wake()
  return result
}
