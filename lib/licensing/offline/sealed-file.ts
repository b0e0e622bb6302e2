import { createCipheriv, createHash, randomBytes, sign } from 'node:crypto'
import type { AccountSigningKey } from '#lib/vendor/signing/account-key.ts'

export type FileKind = 'license' | 'machine'

/** Characters to a line, as every reader of this layout expects. */
const LINE = /.{1,60}/g

/**
 * Writes a license or machine file (licensing §3): the payload, encrypted where a secret is given, signed with the account's
 * key. The kind is part of what is signed, so that one kind never passes for the other.
 */
export function sealedFile(
  kind: FileKind,
  payload: object,
  { secret, key }: { secret: string | null; key: AccountSigningKey },
): { text: string; algorithm: string } {
  const bytes = Buffer.from(JSON.stringify(payload))
  const enc = secret === null ? bytes.toString('base64') : encrypt(bytes, secret)
  const sig = sign(null, Buffer.from(`${kind}/${enc}`), key.privateKey).toString('base64')
  const algorithm = secret === null ? 'base64+ed25519' : 'aes-256-gcm+ed25519'
  const envelope = Buffer.from(JSON.stringify({ enc, sig, alg: algorithm, kid: key.kid })).toString('base64')
  const title = `${kind.toUpperCase()} FILE`
  const lines = [`-----BEGIN ${title}-----`, ...(envelope.match(LINE) ?? []), `-----END ${title}-----`]
  return { text: `${lines.join('\n')}\n`, algorithm }
}

/** `ciphertext.iv.tag`, each in base64; the key is the SHA-256 of the secret. */
function encrypt(bytes: Buffer, secret: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', createHash('sha256').update(secret).digest(), iv)
  const data = Buffer.concat([cipher.update(bytes), cipher.final()])
  return [data, iv, cipher.getAuthTag()].map((part) => part.toString('base64')).join('.')
}
