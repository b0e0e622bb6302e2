import { describe, expect, it } from 'vitest'
import {
  base64url,
  FINGERPRINT,
  ISSUED_AT,
  makeClaims,
  makeKeyPair,
  PRODUCT_ID,
  signHs256,
  signRs256,
} from './testing/issue-token.ts'
import { parseProductKeys } from './trusted-key.ts'
import { verifyToken } from './verify-token.ts'

const keys = makeKeyPair()
const otherKeys = makeKeyPair()
const binding = {
  publicKeys: parseProductKeys(keys.publicKey),
  productId: PRODUCT_ID,
  fingerprint: FINGERPRINT,
}
const good = signRs256(makeClaims(), keys.privateKey)
const [header = '', payload = '', signature = ''] = good.split('.')

describe('a token counts', () => {
  it('when the product signed it for this computer', () => {
    expect(verifyToken(good, binding)).toMatchObject({
      ok: true,
      claims: { issuedAt: ISSUED_AT, allowedClockOffset: 3600 },
    })
  })

  it('when any of several keys signed it, so that a key can be changed', () => {
    const publicKeys = parseProductKeys([otherKeys.publicKey, keys.publicKey])
    expect(verifyToken(good, { ...binding, publicKeys }).ok).toBe(true)
  })

  it('when it names the key that is bound to that name', () => {
    const publicKeys = parseProductKeys([{ kid: 'new', key: keys.publicKey }])
    const named = signRs256(makeClaims(), keys.privateKey, { alg: 'RS256', typ: 'JWT', kid: 'new' })
    expect(verifyToken(named, { ...binding, publicKeys }).ok).toBe(true)
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
    const token = signRs256(makeClaims(), keys.privateKey, { alg: 'RS256', typ: 'JWT', ...kid })
    expect(verifyToken(token, { ...binding, publicKeys })).toEqual({ ok: false, reason: 'SIGNATURE_INVALID' })
  })
})

describe('a token is refused', () => {
  const refusals: [string, string, string][] = [
    ['of a key that is not bound', signRs256(makeClaims(), otherKeys.privateKey), 'SIGNATURE_INVALID'],
    ['with alg none and no signature', `${base64url({ alg: 'none' })}.${payload}.`, 'ALGORITHM_NOT_ALLOWED'],
    [
      'with alg none and the genuine signature',
      `${base64url({ alg: 'none' })}.${payload}.${signature}`,
      'ALGORITHM_NOT_ALLOWED',
    ],
    [
      'signed by HMAC with the public key as secret',
      signHs256(makeClaims(), keys.publicKey),
      'ALGORITHM_NOT_ALLOWED',
    ],
    [
      'with a stronger algorithm than agreed',
      signRs256(makeClaims(), keys.privateKey, { alg: 'RS512' }),
      'ALGORITHM_NOT_ALLOWED',
    ],
    [
      'with a lower-case algorithm',
      signRs256(makeClaims(), keys.privateKey, { alg: 'rs256' }),
      'ALGORITHM_NOT_ALLOWED',
    ],
    [
      'with extensions it must understand',
      signRs256(makeClaims(), keys.privateKey, { alg: 'RS256', crit: ['b64'] }),
      'ALGORITHM_NOT_ALLOWED',
    ],
    [
      'with an altered payload',
      `${header}.${base64url(makeClaims({ eat: 0 }))}.${signature}`,
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
    ['of another product', signRs256(makeClaims({ pid: 'another' }), keys.privateKey), 'PRODUCT_MISMATCH'],
    [
      'of another computer',
      signRs256(makeClaims({ fp: 'cd'.repeat(32) }), keys.privateKey),
      'FINGERPRINT_MISMATCH',
    ],
    [
      'of a computer whose fingerprint begins alike',
      signRs256(makeClaims({ fp: `${FINGERPRINT}00` }), keys.privateKey),
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
    const token = signRs256(makeClaims({ [name]: undefined }), keys.privateKey)
    expect(verifyToken(token, binding)).toEqual({ ok: false, reason: 'CLAIMS_INVALID' })
  })

  it.each([
    ['a text for a time', { eat: '1798761600' }],
    ['a negative expiry', { eat: -1 }],
    ['an expiry that no date can hold', { eat: 9e15 }],
    ['a fraction of a second', { iat: ISSUED_AT + 0.5 }],
    ['a text for suspended', { suspended: 'false' }],
  ])('with %s', (_title, changes) => {
    const token = signRs256(makeClaims(changes), keys.privateKey)
    expect(verifyToken(token, binding)).toEqual({ ok: false, reason: 'CLAIMS_INVALID' })
  })
})
