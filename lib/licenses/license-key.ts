import { lookUpHash, lookUpHashes } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'

/** How much of a key is kept in clear, characters. */
export const KEY_PREFIX_LENGTH = 6

/** A key as a license's row holds it. */
export function storedKey(key: string, licenseId: string) {
  return {
    sealedKey: seal('license-key', key, licenseId),
    keyHash: keyLookUp(key),
    keyPrefix: key.slice(0, KEY_PREFIX_LENGTH),
  }
}

/** The key of that license in clear. Whoever calls it answers for who sees it. */
export function openKey(row: { id: string; sealedKey: string }): string {
  return open('license-key', row.sealedKey, row.id)
}

/** What `licenses.key_hash` holds for this key. */
export function keyLookUp(key: string): string {
  return lookUpHash('license-key-look-up', key)
}

/** What it may still hold while a secret is being rotated. */
export function keyLookUps(key: string): string[] {
  return lookUpHashes('license-key-look-up', key)
}
