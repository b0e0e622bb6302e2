import { type ActivateOptions, activate } from './activate.ts'
import { createContext, type LatchkeyContext, type LatchkeyOptions } from './context.ts'
import { deactivate } from './deactivate.ts'
import { assertFeature } from './entitlements.ts'
import type { FileState } from './file-state.ts'
import { type Heartbeat, type HeartbeatOptions, startHeartbeat } from './heartbeat.ts'
import { incrementMeter, type MeterUse } from './increment-meter.ts'
import type { LicenseState } from './license-state.ts'
import { offlineDeactivation, offlineRequest, offlineTrialRequest } from './offline-request.ts'
import { acceptOfflineResponse } from './offline-response.ts'
import { openFile } from './open-file.ts'
import { readState } from './read-state.ts'
import { acceptRevocations, fetchRevocations, type Revocations } from './revocations.ts'
import { splitEntry } from './stored-token.ts'
import { sync } from './sync.ts'
import { startTrial } from './trial.ts'

// The public face of a bundle made from this file.
export type { ClockWarning } from './clock-guard.ts'
export type { Entitlement } from './entitlements.ts'
export { LatchkeyError } from './errors.ts'
export type { License } from './license.ts'
export type { LatchkeyStore, StoreEntry } from './store.ts'
export type { PinnedKey } from './trusted-key.ts'
export type { FileState, Heartbeat, HeartbeatOptions, LatchkeyOptions, LicenseState, MeterUse, Revocations }

export type Latchkey = {
  /** Activates this computer with a license key. */
  activate(key: string, options?: ActivateOptions): Promise<LicenseState>
  /** Begins this computer's trial of the product, or goes on with it; there is one. */
  startTrial(options?: Pick<ActivateOptions, 'metadata'>): Promise<LicenseState>
  /** Fetches a fresh token; due at `license.nextSyncAt`. */
  sync(): Promise<LicenseState>
  /** Frees this computer's place in the license. */
  deactivate(): Promise<LicenseState>
  /** Whether the application may run; needs no network. */
  state(): Promise<LicenseState>
  /** Whether the application may run now and the license allows the feature of exactly this name; needs no network. */
  hasEntitlement(name: string): Promise<boolean>
  /** The stored token as signed text, unchecked; null when there is none. */
  token(): Promise<string | null>
  /** Renews a lease before it ends, and the token when it is due, until it is stopped. */
  heartbeat(options?: HeartbeatOptions): Heartbeat
  /** Counts uses of a meter of the license; a negative number gives them back. */
  incrementMeter(name: string, increment?: number): Promise<MeterUse>
  /** The request with which this computer is activated without a connection. */
  offlineRequest(key: string, options?: Pick<ActivateOptions, 'metadata' | 'leaseDuration'>): Promise<string>
  /** The same for this computer's trial, without a key. */
  offlineTrialRequest(options?: Pick<ActivateOptions, 'metadata'>): Promise<string>
  /** Takes the response to the latest such request. */
  acceptOfflineResponse(text: string): Promise<LicenseState>
  /** Gives the license up and answers the request with which its place is freed without a connection. */
  offlineDeactivation(): Promise<string>
  /** Whether the application may run on a license file; needs no network and no activation. */
  licenseFile(text: string, licenseKey: string): Promise<FileState>
  /** The same for a machine file, which counts on this computer only. */
  machineFile(text: string, licenseKey: string): Promise<FileState>
  /** Takes over the vendor's list of revoked licenses: the given one, else the server's. */
  updateRevocations(text?: string): Promise<Revocations>
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
  const state = () => readState(ctx)
  const renew = () => inTurn(() => sync(ctx))
  return {
    activate: (key, activateOptions) => inTurn(() => activate(ctx, key, activateOptions)),
    startTrial: (trialOptions) => inTurn(() => startTrial(ctx, trialOptions)),
    sync: renew,
    deactivate: () => inTurn(() => deactivate(ctx)),
    state,
    hasEntitlement: (name) => hasEntitlement(ctx, name),
    token: async () => {
      const text = await ctx.store.read('license.jwt')
      return text === null ? null : splitEntry(text).token
    },
    heartbeat: (heartbeatOptions) =>
      startHeartbeat({ state, sync: renew }, () => ctx.nowSeconds() * 1000, heartbeatOptions),
    incrementMeter: (name, increment = 1) => incrementMeter(ctx, name, increment),
    offlineRequest: (key, requestOptions) => inTurn(() => offlineRequest(ctx, key, requestOptions)),
    offlineTrialRequest: (requestOptions) => inTurn(() => offlineTrialRequest(ctx, requestOptions)),
    acceptOfflineResponse: (text) => inTurn(() => acceptOfflineResponse(ctx, text)),
    offlineDeactivation: () => inTurn(() => offlineDeactivation(ctx)),
    licenseFile: (text, licenseKey) => openFile(ctx, text, { kind: 'license', licenseKey }),
    machineFile: (text, licenseKey) => openFile(ctx, text, { kind: 'machine', licenseKey }),
    updateRevocations: (text) =>
      inTurn(() => (text === undefined ? fetchRevocations(ctx) : acceptRevocations(ctx, text))),
  }
}

async function hasEntitlement(ctx: LatchkeyContext, name: string): Promise<boolean> {
  assertFeature(name, ctx.features)
  const { status, license } = await readState(ctx)
  return (status === 'ACTIVE' || status === 'TRIAL') && license.hasEntitlement(name)
}
