/**
 * What the SDK keeps: the token as signed text, the latest time seen, a random id where the computer has none, the id of the
 * offline request that waits for its response, the request that frees this computer, the list of revoked licenses.
 */
export type StoreEntry =
  | 'license.jwt'
  | 'latest-time'
  | 'install-id'
  | 'offline-request'
  | 'offline-deactivation'
  | 'revocations.json'

/**
 * Where it is kept. Own ones (a key chain, Electron's safeStorage) need only these three; `write` must replace the
 * entry as a whole or not at all.
 */
export type LatchkeyStore = {
  /** The text, or null when there is none. */
  read(entry: StoreEntry): Promise<string | null>
  write(entry: StoreEntry, text: string): Promise<void>
  /** Succeeds also when there is nothing to remove. */
  remove(entry: StoreEntry): Promise<void>
}

/** A store that lasts as long as the process. */
export function memoryStore(): LatchkeyStore {
  const entries = new Map<StoreEntry, string>()
  return {
    read: async (entry) => entries.get(entry) ?? null,
    write: async (entry, text) => {
      entries.set(entry, text)
    },
    remove: async (entry) => {
      entries.delete(entry)
    },
  }
}
