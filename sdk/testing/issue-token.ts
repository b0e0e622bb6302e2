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

/** A token as the server signs it. */
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

export const PRODUCT_ID = '0190b8a2-7c1e-7b52-9d3a-6f1f0f6f2a11'
export const FINGERPRINT = 'ab'.repeat(32)
/** 2026-01-01T00:00:00Z in unix seconds. */
export const ISSUED_AT = 1_767_225_600
export const DAY = 86_400

/** Claims of a healthy license, issued at `ISSUED_AT`, synchronized daily, with a week's grace and a year's life. */
export function makeClaims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    iat: ISSUED_AT,
    aid: '0190b8a2-0000-7000-8000-00000000000a',
    lid: '0190b8a2-0000-7000-8000-00000000000b',
    pid: PRODUCT_ID,
    key: 'A1B2C3-D4E5F6-A1B2C3-D4E5F6-A1B2C3',
    type: 'node-locked',
    suspended: false,
    name: 'Jane Doe',
    email: 'jane@example.com',
    company: '',
    fp: FINGERPRINT,
    fms: 'exact',
    uh: '',
    os: 'linux',
    eat: ISSUED_AT + 365 * DAY,
    leat: 0,
    ld: 0,
    ssi: DAY,
    ssgpeat: ISSUED_AT + 7 * DAY,
    aco: 3600,
    aa: 3,
    ta: 1,
    ad: 0,
    td: 0,
    pmd: [],
    lmd: [{ key: 'seats', value: '5' }],
    umd: [],
    amd: [],
    lma: [],
    ama: [],
    ...changes,
  }
}
