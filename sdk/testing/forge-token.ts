import { createHmac, generateKeyPairSync, sign } from 'node:crypto'

export type KeyPair = { publicKey: string; privateKey: string }

/** A fresh RSA-2048 pair as PEM. */
export function makeKeyPair(): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

export function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A text that claims to be a token of whoever holds the key: what a forger makes. */
export function signRs256(
  claims: object,
  privateKey: string,
  header: object = { alg: 'RS256', typ: 'JWT' },
): string {
  const text = `${base64url(header)}.${base64url(claims)}`
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
}

/** The classic forgery: HMAC keyed with the public key, which everybody has. */
export function signHs256(claims: object, secret: string): string {
  const text = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
