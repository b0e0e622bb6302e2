import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { derivedKeys, type Purpose } from './keyring.ts'

/** Seals text under the purpose's current key: `kid.iv.ciphertext.tag` (AES-256-GCM, base64url). `bind` ties it to its row. */
export function seal(purpose: Purpose, text: string, bind = ''): string {
  const current = derivedKeys(purpose)[0]
  return `${current.kid}.${sealWith(current.secret, text, bind)}`
}

/**
 * Opens what `seal` made, with whichever of the installation's keys sealed it.
 * @throws when the text was altered, bound elsewhere, or its key is gone
 */
export function open(purpose: Purpose, sealed: string, bind = ''): string {
  const kid = kidOf(sealed)
  const match = derivedKeys(purpose).find((candidate) => candidate.kid === kid)
  if (!match) throw new Error(`no key ${kid} for ${purpose}: is SECRET_KEY complete?`)
  return openWith(match.secret, sealed.slice(kid.length + 1), bind)
}

/** Like `open`, but undefined for a value that cannot be opened, so that one damaged value does not fail a whole list. */
export function tryOpen(purpose: Purpose, sealed: string, bind = ''): string | undefined {
  try {
    return open(purpose, sealed, bind)
  } catch {
    return undefined
  }
}

/** The id of the entry of SECRET_KEY that sealed it. */
export function kidOf(sealed: string): string {
  return sealed.slice(0, sealed.indexOf('.'))
}

/** Seals under a given 256-bit key: `iv.ciphertext.tag`. */
export function sealWith(key: Buffer | KeyObject, text: string, bind = ''): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(bind))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [iv, data, cipher.getAuthTag()].map((part) => part.toString('base64url')).join('.')
}

/** Opens what `sealWith` made. */
export function openWith(key: Buffer | KeyObject, sealed: string, bind = ''): string {
  const [iv, data, tag] = sealed.split('.').map((part) => Buffer.from(part, 'base64url'))
  if (!iv || !data || !tag) throw new Error('not a sealed text')
  const decipher = createDecipheriv('aes-256-gcm', key, iv)
  decipher.setAAD(Buffer.from(bind))
  decipher.setAuthTag(tag)
  return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8')
}
