import { createPrivateKey, generateKeyPairSync, verify } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { MetadataEntry } from '#db/schema/columns.ts'
import { activationClaims, type TokenFacts } from './activation-token.ts'

const at = new Date('2026-01-01T00:00:00.750Z')
const seconds = 1_767_225_600

const entry = (key: string, value: string, ...viewPermissions: string[]): MetadataEntry => ({
  id: '0190b8a2-0000-7000-8000-0000000000e1',
  key,
  value,
  viewPermissions,
  createdAt: at.toISOString(),
  updatedAt: at.toISOString(),
})

function facts(
  changes: {
    license?: Partial<TokenFacts['license']>
    activation?: Partial<TokenFacts['activation']>
    owner?: Partial<NonNullable<TokenFacts['owner']>> | null
  } = {},
): TokenFacts {
  const account = { accountId: '0190b8a2-0000-7000-8000-0000000000aa' }
  const times = { createdAt: new Date('2025-01-01T00:00:00Z'), updatedAt: at }
  return {
    license: {
      ...account,
      ...times,
      id: '0190b8a2-0000-7000-8000-00000000000b',
      productId: '0190b8a2-7c1e-7b52-9d3a-6f1f0f6f2a11',
      userId: '0190b8a2-0000-7000-8000-0000000000dd',
      keyHash: '',
      type: 'node-locked',
      fingerprintMatchingStrategy: 'exact',
      allowedActivations: 3,
      allowedDeactivations: 5,
      allowedFloatingClients: 0,
      subscriptionInterval: 'P1Y',
      subscriptionStartTrigger: 'creation',
      leaseDuration: -1,
      leasingStrategy: 'per-machine',
      allowClientLeaseDuration: false,
      serverSyncInterval: 86_400,
      serverSyncGracePeriod: 604_800,
      allowedClockOffset: 3600,
      disableClockValidation: false,
      expiringSoonEventOffset: 0,
      expiryGracePeriod: 0,
      allowVmActivation: true,
      allowContainerActivation: true,
      userLocked: false,
      requireAuthentication: false,
      disableGeoLocation: false,
      allowedIpRanges: [],
      allowedIpAddresses: [],
      disallowedIpAddresses: [],
      allowedCountries: [],
      disallowedCountries: [],
      heartbeatWindow: 0,
      deviceSwapCooldown: 0,
      deviceSwapsPerYear: -1,
      organizationId: null,
      additionalUserIds: [],
      entitlementSetId: null,
      productVersionId: null,
      maintenanceExpiresAt: null,
      maxAllowedReleaseVersion: '',
      currentReleaseVersion: '1.2.3',
      expiresAt: new Date('2027-01-01T00:00:00Z'),
      effectiveAt: null,
      expiryHeldUntil: null,
      suspendedManualAt: null,
      suspendedBillingAt: null,
      revokedManualAt: null,
      revokedBillingAt: null,
      firstActivatedAt: new Date('2025-06-01T00:00:00Z'),
      totalDeactivations: 2,
      metadata: [
        entry('seats', '5', 'activation', 'user'),
        entry('margin', '40 %', 'user'),
        entry('note', 'x'),
      ],
      ...changes.license,
    },
    productMetadata: [entry('edition', 'pro', 'activation'), entry('cost', '9')],
    owner:
      changes.owner === null
        ? null
        : {
            firstName: 'Jane',
            lastName: 'Doe',
            company: 'Doe Ltd',
            bannedAt: null,
            metadata: [entry('team', 'red', 'activation'), entry('risk', 'high')],
            ...changes.owner,
          },
    ownerEmail: changes.owner === null ? null : 'jane@example.com',
    organization: null,
    productVersion: null,
    entitlementSet: null,
    setEntitlements: [],
    ownEntitlements: [],
    signingKid: null,
    licenseMeters: [],
    activationMeters: [],
    activation: {
      ...account,
      createdAt: new Date('2025-06-01T00:00:00Z'),
      updatedAt: at,
      id: '0190b8a2-0000-7000-8000-00000000000a',
      licenseId: '0190b8a2-0000-7000-8000-00000000000b',
      productId: '0190b8a2-7c1e-7b52-9d3a-6f1f0f6f2a11',
      fingerprint: 'ab'.repeat(32),
      formerFingerprintHash: '',
      instanceId: '',
      userHash: 'CD'.repeat(32),
      name: '',
      os: 'linux',
      osVersion: 'Debian 13',
      hostname: 'workstation',
      vmName: '',
      container: false,
      offline: false,
      appVersion: '',
      releaseVersion: '1.2.3',
      clientVersion: '',
      ip: '198.51.100.7',
      countryCode: null,
      expiresAt: null,
      leaseExpiresAt: null,
      leaseExpiredEventFor: null,
      lastSyncedAt: at,
      metadata: [entry('room', '12')],
      ...changes.activation,
    },
    key: 'A1B2C3-D4E5F6',
    devicesInUse: 2,
  }
}

const claims = (changes?: Parameters<typeof facts>[0]) => activationClaims(facts(changes), at)

/** The whole token, claim by claim: an added or lost claim is a change of the protocol. */
const KNOWN_ANSWER = {
  iat: seconds,
  aid: '0190b8a2-0000-7000-8000-00000000000a',
  lid: '0190b8a2-0000-7000-8000-00000000000b',
  pid: '0190b8a2-7c1e-7b52-9d3a-6f1f0f6f2a11',
  key: 'A1B2C3-D4E5F6',
  type: 'node-locked',
  suspended: false,
  name: 'Jane Doe',
  email: 'jane@example.com',
  company: 'Doe Ltd',
  fp: 'ab'.repeat(32),
  fms: 'exact',
  uh: 'CD'.repeat(32),
  os: 'linux',
  eat: 1_798_761_600,
  leat: 0,
  ld: 0,
  ls: 'per-machine',
  ssi: 86_400,
  ssgpeat: seconds + 604_800,
  aco: 3600,
  orv: 0,
  fc: 0,
  pmd: [{ key: 'edition', value: 'pro' }],
  lmd: [{ key: 'seats', value: '5' }],
  umd: [{ key: 'team', value: 'red' }],
  amd: [{ key: 'room', value: '12' }],
  lma: [],
  ama: [],
  lcat: 1_735_689_600,
  laat: 1_748_736_000,
  acat: 1_748_736_000,
  meat: 0,
  marv: '',
  crv: '1.2.3',
  aa: 3,
  ta: 2,
  ad: 5,
  td: 2,
}

describe('the claims of an activation token (contract §6)', () => {
  test('are exactly these, with metadata only where the device may see it', () => {
    expect(claims()).toEqual(KNOWN_ANSWER)
  })

  test('hold the six arrays also when nobody owns the license and nothing has metadata', () => {
    const bare = activationClaims(
      {
        ...facts({ owner: null, license: { metadata: [], userId: null }, activation: { metadata: [] } }),
        productMetadata: [],
      },
      at,
    )
    for (const name of ['pmd', 'lmd', 'umd', 'amd', 'lma', 'ama']) expect(bare[name], name).toEqual([])
    expect(bare).toMatchObject({ name: '', email: '', company: '' })
  })

  test('say 0 for what never ends, and never 0 for what ended long ago', () => {
    expect(
      claims({ license: { expiresAt: null, serverSyncGracePeriod: -1, firstActivatedAt: null } }),
    ).toMatchObject({
      eat: 0,
      ssgpeat: 0,
      laat: 0,
    })
    expect(claims({ license: { serverSyncGracePeriod: 0 } }).ssgpeat).toBe(seconds)
    for (const year of ['0001', '1969', '1970']) {
      expect(claims({ license: { expiresAt: new Date(`${year}-01-01T00:00:00Z`) } }).eat, year).toBe(1)
    }
    expect(claims({ license: { expiresAt: new Date('9999-12-31T23:59:59Z') } }).eat).toBe(253_402_300_799)
  })

  test('count the grace after expiry in, because a license is valid during it', () => {
    expect(claims({ license: { expiryGracePeriod: 86_400 } }).eat).toBe(KNOWN_ANSWER.eat + 86_400)
  })

  test.each([
    ['suspended by hand', { license: { suspendedManualAt: at } }],
    ['suspended by billing', { license: { suspendedBillingAt: at } }],
    ['owned by a banned user', { owner: { bannedAt: at } }],
  ])('say suspended for a license %s', (_state, changes) => {
    expect(claims(changes).suspended).toBe(true)
  })

  test('of a pool tell lease and seats', () => {
    const license = { type: 'hosted-floating', allowedFloatingClients: 7, leaseDuration: 600 } as const
    const activation = { leaseExpiresAt: new Date(at.getTime() + 600_000) }
    expect(claims({ license, activation })).toMatchObject({ leat: seconds + 600, ld: 600, fc: 7, aa: 7 })
  })

  test('say -1 for any number of devices, and for a clock that is not checked', () => {
    expect(claims({ license: { allowedActivations: 0, disableClockValidation: true } })).toMatchObject({
      aa: -1,
      aco: -1,
    })
  })
})

describe('signing', () => {
  test('gives a signature that node:crypto confirms, and leaves the event loop free meanwhile', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const sign = () => new SignJWT(claims()).setProtectedHeader({ alg: 'RS256' }).sign(key)
    const [header = '', payload = '', signature = ''] = (await sign()).split('.')
    const signed = Buffer.from(`${header}.${payload}`)
    expect(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)

    // On the event loop the signature would be there before the loop's next turn; on another thread it cannot be.
    let signedAtOnce = false
    const signing = sign().then(() => {
      signedAtOnce = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(signedAtOnce).toBe(false)
    await signing
  })
})
