import { join } from 'node:path'
import { localError } from './errors.ts'
import { appDataDir, fileStore } from './file-store.ts'
import { readFingerprint } from './fingerprint.ts'
import type { LatchkeyStore } from './store.ts'
import { type PinnedKey, parseAccountKeys, parseProductKeys, type TrustedKey } from './trusted-key.ts'

export type LatchkeyOptions = {
  /** Where the portal is reached, e.g. `https://licenses.example.com`. */
  url: string
  productId: string
  /** The product's public key as PEM, the current one first; several while a key is being changed. */
  publicKey: PinnedKey | readonly PinnedKey[]
  /**
   * The account's public keys, as 64 hexadecimal characters or as PEM: needed for license files, machine files and the
   * revocation list.
   */
  accountKey?: PinnedKey | readonly PinnedKey[]
  /** Only where one server holds several vendors and cannot tell them by its host name. */
  accountId?: string
  appVersion?: string
  /** The release that runs, for licenses that allow certain versions only. */
  release?: { version: string; platform?: string; channel?: string }
  /** The names of all features that the application asks for: asking for another one is then an error, not a "no". */
  features?: readonly string[]
  /** A folder, or a store of your own. Default: a folder for this product in the user's application data. */
  store?: LatchkeyStore | string
  fetch?: typeof fetch
  now?: () => Date
  /** An own fingerprint, 64 to 4,096 characters. Default: from the operating system's machine id. */
  fingerprint?: string
  /** Milliseconds to wait for the server. Default 15,000. */
  timeoutMs?: number
}

/** The options, checked and completed. */
export type LatchkeyContext = {
  url: string
  productId: string
  publicKeys: readonly TrustedKey[]
  accountKeys: readonly TrustedKey[]
  accountId: string
  appVersion: string
  release: LatchkeyOptions['release']
  features: readonly string[] | null
  store: LatchkeyStore
  fetch: typeof fetch
  /** Unix seconds. */
  nowSeconds: () => number
  fingerprint: () => Promise<string>
  timeoutMs: number
}

/** Checks the options. Throws `LatchkeyError` with code `CONFIGURATION` that names the wrong one. */
export function createContext(options: LatchkeyOptions): LatchkeyContext {
  const { productId, fingerprint, now = () => new Date() } = options
  if (!/^[\w-]{1,64}$/.test(productId)) throw configurationError('productId', 'must be the id of a product')
  if (fingerprint !== undefined && (fingerprint.length < 64 || fingerprint.length > 4_096)) {
    throw configurationError('fingerprint', 'must have 64 to 4,096 characters')
  }
  const store = storeOf(options)
  let known: Promise<string> | undefined
  return {
    url: baseUrl(options.url),
    productId,
    publicKeys: parseProductKeys(options.publicKey),
    accountKeys: parseAccountKeys(options.accountKey ?? []),
    accountId: options.accountId ?? '',
    appVersion: options.appVersion ?? '',
    release: options.release,
    features: options.features ?? null,
    store,
    fetch: options.fetch ?? fetch,
    nowSeconds: () => {
      const seconds = Math.floor(now().getTime() / 1000)
      // Every comparison with NaN is false, so a broken clock would pass every deadline.
      if (!Number.isFinite(seconds)) throw configurationError('now', 'must return a valid date')
      return seconds
    },
    fingerprint: async () => {
      if (fingerprint !== undefined) return fingerprint
      known ??= readFingerprint(productId, store)
      return known
    },
    timeoutMs: options.timeoutMs ?? 15_000,
  }
}

function configurationError(option: string, problem: string) {
  return localError('CONFIGURATION', `Latchkey option "${option}" ${problem}.`)
}

function storeOf({ store, productId }: LatchkeyOptions): LatchkeyStore {
  if (typeof store === 'object') return store
  return fileStore(store ?? join(appDataDir(), 'latchkey', productId))
}

function baseUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    throw configurationError('url', 'must start with https:// or http://')
  }
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '')
}
