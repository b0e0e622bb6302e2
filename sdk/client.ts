import { type ActivateOptions, activate } from './activate.ts'
import { createContext, type LatchkeyOptions } from './context.ts'
import { deactivate } from './deactivate.ts'
import type { LicenseState } from './license-state.ts'
import { readState } from './read-state.ts'
import { sync } from './sync.ts'

// The public face of a bundle made from this file.
export { LatchkeyError } from './errors.ts'
export type { License } from './license.ts'
export type { LatchkeyStore, StoreEntry } from './store.ts'
export type { LatchkeyOptions, LicenseState }

export type Latchkey = {
  /** Activates this computer with a license key. */
  activate(key: string, options?: ActivateOptions): Promise<LicenseState>
  /** Fetches a fresh token; due at `license.nextSyncAt`. */
  sync(): Promise<LicenseState>
  /** Frees this computer's place in the license. */
  deactivate(): Promise<LicenseState>
  /** Whether the application may run; needs no network. */
  state(): Promise<LicenseState>
  /** The stored token as signed text, unchecked; null when there is none. */
  token(): Promise<string | null>
}

/**
 * The client of one product on this computer. Throws `LatchkeyError` `CONFIGURATION` for wrong options. What its
 * methods throw is always a `LatchkeyError`.
 */
export function createLatchkey(options: LatchkeyOptions): Latchkey {
  const ctx = createContext(options)
  let last: Promise<unknown> = Promise.resolve()
  // One change at a time: a sync under way must not bring back the token that a deactivation removes.
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const run = last.then(change)
    last = run.catch(() => undefined)
    return run
  }
  return {
    activate: (key, activateOptions) => inTurn(() => activate(ctx, key, activateOptions)),
    sync: () => inTurn(() => sync(ctx)),
    deactivate: () => inTurn(() => deactivate(ctx)),
    state: () => readState(ctx),
    token: () => ctx.store.read('license.jwt'),
  }
}
