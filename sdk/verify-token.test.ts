import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { FINGERPRINT, startPortal } from '#tests/helpers/portal.ts'
import { memoryStore } from './store.ts'
import { base64url, makeKeyPair, signHs256, signRs256 } from './testing/forge-token.ts'
import { parseProductKeys } from './trusted-key.ts'
import { verifyToken } from './verify-token.ts'

const portal = await startPortal()
afterAll(() => portal.close())

const computer = portal.computer({ store: memoryStore() })
await computer.activate((await portal.license()).key)
/** As the server signed it. */
const good = (await computer.token()) ?? ''
const genuine = decodeJwt(good)
const keys = { publicKey: portal.product.publicKey, privateKey: await portal.privateKey() }
const otherKeys = makeKeyPair()
const binding = {
  publicKeys: parseProductKeys(keys.publicKey),
  productId: portal.product.id,
  fingerprint: FINGERPRINT,
}
/** What a forger makes of the genuine claims. */
const altered = (changes: Readonly<Record<string, unknown>> = {}) => ({ ...genuine, ...changes })
const [header = '', payload = '', signature = ''] = good.split('.')

describe('a token counts', () => {
  it('when the product signed it for this computer', () => {
    expect(verifyToken(good, binding)).toMatchObject({
      ok: true,
      claims: { issuedAt: genuine.iat, allowedClockOffset: 3600 },
    })
  })

  it('when any of several keys signed it, so that a key can be changed', () => {
    const publicKeys = parseProductKeys([otherKeys.publicKey, keys.publicKey])
    expect(verifyToken(good, { ...binding, publicKeys }).ok).toBe(true)
  })

  it('when it names the key that is bound to that name', () => {
    const { kid = '' } = decodeProtectedHeader(good)
    const publicKeys = parseProductKeys([{ kid, key: keys.publicKey }])
    expect(verifyToken(good, { ...binding, publicKeys }).ok).toBe(true)
  })
})

describe('a key that is bound to a name counts for nothing else: a token is refused', () => {
  const publicKeys = parseProductKeys([
    { kid: 'new', key: keys.publicKey },
    { kid: 'old', key: otherKeys.publicKey },
  ])
  it.each([
    ['that names no key', {}],
    ['that names another key of the product', { kid: 'old' }],
    ['that names a key nobody knows', { kid: 'foreign' }],
  ])('%s', (_title, kid) => {
    const token = signRs256(altered(), keys.privateKey, { alg: 'RS256', typ: 'JWT', ...kid })
    expect(verifyToken(token, { ...binding, publicKeys })).toEqual({ ok: false, reason: 'SIGNATURE_INVALID' })
  })
})

describe('a token is refused', () => {
  const refusals: [string, string, string][] = [
    ['of a key that is not bound', signRs256(altered(), otherKeys.privateKey), 'SIGNATURE_INVALID'],
    ['with alg none and no signature', `${base64url({ alg: 'none' })}.${payload}.`, 'ALGORITHM_NOT_ALLOWED'],
    [
      'with alg none and the genuine signature',
      `${base64url({ alg: 'none' })}.${payload}.${signature}`,
      'ALGORITHM_NOT_ALLOWED',
    ],
    [
      'signed by HMAC with the public key as secret',
      signHs256(altered(), keys.publicKey),
      'ALGORITHM_NOT_ALLOWED',
    ],
    [
      'with a stronger algorithm than agreed',
      signRs256(altered(), keys.privateKey, { alg: 'RS512' }),
      'ALGORITHM_NOT_ALLOWED',
    ],
    [
      'with a lower-case algorithm',
      signRs256(altered(), keys.privateKey, { alg: 'rs256' }),
      'ALGORITHM_NOT_ALLOWED',
    ],
    [
      'with extensions it must understand',
      signRs256(altered(), keys.privateKey, { alg: 'RS256', crit: ['b64'] }),
      'ALGORITHM_NOT_ALLOWED',
    ],
    [
      'with an altered payload',
      `${header}.${base64url(altered({ eat: 0 }))}.${signature}`,
      'SIGNATURE_INVALID',
    ],
    ['with an altered header', `${base64url({ alg: 'RS256' })}.${payload}.${signature}`, 'SIGNATURE_INVALID'],
    ['cut short in the signature', good.slice(0, -20), 'SIGNATURE_INVALID'],
    ['cut short in the payload', `${header}.${payload.slice(0, 50)}`, 'TOKEN_MALFORMED'],
    ['without a signature', `${header}.${payload}.`, 'TOKEN_MALFORMED'],
    ['with a fourth part', `${good}.${signature}`, 'TOKEN_MALFORMED'],
    ['that is empty', '', 'TOKEN_MALFORMED'],
    ['that is no token', 'not a token at all', 'TOKEN_MALFORMED'],
    ['whose header is no JSON', `abcd.${payload}.${signature}`, 'TOKEN_MALFORMED'],
    ['of another product', signRs256(altered({ pid: 'another' }), keys.privateKey), 'PRODUCT_MISMATCH'],
    [
      'of another computer',
      signRs256(altered({ fp: 'cd'.repeat(32) }), keys.privateKey),
      'FINGERPRINT_MISMATCH',
    ],
    [
      'of a computer whose fingerprint begins alike',
      signRs256(altered({ fp: `${FINGERPRINT}00` }), keys.privateKey),
      'FINGERPRINT_MISMATCH',
    ],
  ]

  it.each(refusals)('%s', (_title, token, reason) => {
    expect(verifyToken(token, binding)).toEqual({ ok: false, reason })
  })

  const claimNames = [
    'iat',
    'aid',
    'lid',
    'pid',
    'key',
    'fp',
    'suspended',
    'eat',
    'leat',
    'ssgpeat',
    'ssi',
    'aco',
  ]
  it.each(claimNames)('without the claim %s, which must not read as permission', (name) => {
    const token = signRs256(altered({ [name]: undefined }), keys.privateKey)
    expect(verifyToken(token, binding)).toEqual({ ok: false, reason: 'CLAIMS_INVALID' })
  })

  it.each([
    ['a text for a time', { eat: '1798761600' }],
    ['a negative expiry', { eat: -1 }],
    ['an expiry that no date can hold', { eat: 9e15 }],
    ['a fraction of a second', { iat: (genuine.iat ?? 0) + 0.5 }],
    ['a text for suspended', { suspended: 'false' }],
  ])('with %s', (_title, changes) => {
    const token = signRs256(altered(changes), keys.privateKey)
    expect(verifyToken(token, binding)).toEqual({ ok: false, reason: 'CLAIMS_INVALID' })
  })
})
