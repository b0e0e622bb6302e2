import type { NewId } from './ids.ts'
import type { Reader, Transaction } from './storage.ts'

/** The API request that caused a change; both null when the clock or a hosted page caused it. */
export interface RequestInfo {
  id: string | null
  idempotencyKey: string | null
}

export interface View {
  db: Reader
  /** Seconds of the emulator's clock. */
  now: number
  /** Where the hosted pages are reached from outside, without a slash at the end. */
  publicBase: string
}

/** One unit of work: everything written through it, its events and their deliveries commit together or not at all. */
export interface Work extends View {
  db: Transaction
  newId: NewId
  request: RequestInfo
  /** Makes secrets unreadable in the store. */
  seal(plain: string): string
  open(sealed: string): string
  /** What happens to a subscription whose last payment retry failed. */
  afterFinalFailure: 'cancel' | 'unpaid' | 'past_due'
  /** True if a fault says that the event of this type never comes into being. */
  isSuppressed(type: string): boolean
}
