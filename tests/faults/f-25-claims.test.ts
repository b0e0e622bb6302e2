import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { JsonObject } from '#sdk/json.ts'
import { isJsonObject, textOf } from '#sdk/json.ts'
import { memoryStore } from '#sdk/store.ts'
import { DAY, type Portal, startPortal } from '#tests/helpers/portal.ts'

let portal: Portal
beforeAll(async () => {
  portal = await startPortal()
})
afterAll(() => portal.close())

/** What was read of what was parsed, and what stood there to be read. */
interface Seen {
  read: Set<string>
  written: Set<string>
}

/**
 * Watches everything that is parsed as JSON while `work` runs: which member of which object is asked for. Paths leave out
 * positions in arrays: `ent[].featureName`.
 */
async function watching(isWatched: (value: JsonObject) => string | null, work: () => Promise<unknown>) {
  const seen: Record<string, Seen> = {}
  const watch = (value: unknown, path: string, of: Seen): unknown => {
    if (typeof value !== 'object' || value === null) return value
    for (const name of Object.keys(value)) {
      of.written.add(Array.isArray(value) ? `${path}[]` : joined(path, name))
    }
    return new Proxy(value, {
      get(target, name, receiver) {
        const found: unknown = Reflect.get(target, name, receiver)
        if (typeof name === 'symbol' || name === 'toJSON' || (Array.isArray(target) && !/^\d+$/.test(name)))
          return found
        const at = Array.isArray(target) ? `${path}[]` : joined(path, name)
        of.read.add(at)
        return watch(found, at, of)
      },
    })
  }
  const parse = JSON.parse
  const spy = vi.spyOn(JSON, 'parse').mockImplementation((text, reviver) => {
    const value: unknown = parse(text, reviver)
    const kind = isJsonObject(value) ? isWatched(value) : null
    if (kind === null) return value
    seen[kind] ??= { read: new Set(), written: new Set() }
    return watch(value, '', seen[kind])
  })
  try {
    await work()
  } finally {
    spy.mockRestore()
  }
  return seen
}

const joined = (path: string, name: string) => (path ? `${path}.${name}` : name)
const without = (left: Iterable<string>, right: ReadonlySet<string>) =>
  [...left].filter((name) => !right.has(name)).toSorted()
const union = (sets: (ReadonlySet<string> | undefined)[]) => new Set(sets.flatMap((set) => [...(set ?? [])]))

/** A license with everything that a license can have. */
async function fullLicense() {
  await portal.feature('pro', 'Professional')
  const set = await portal.vendor('/v3/entitlement-sets', {
    name: 'all',
    features: [{ name: 'pro', value: 'yes' }],
  })
  const user = await portal.vendor('/v3/users', {
    email: 'jane@example.com',
    password: 'correct horse battery staple',
    firstName: 'Jane',
    lastName: 'Doe',
    company: 'Doe Ltd',
    metadata: [{ key: 'team', value: 'red', viewPermissions: ['activation'] }],
  })
  const organization = await portal.vendor('/v3/organizations', {
    name: 'Doe Ltd',
    email: 'office@example.com',
  })
  const version = await portal.vendor('/v3/product-versions', {
    productId: portal.product.id,
    name: 'pro',
    displayName: 'Professional',
  })
  const flag = await portal.vendor('/v3/feature-flags', { productId: portal.product.id, name: 'batch' })
  await portal.vendor(
    `/v3/product-versions/${version.id}`,
    { featureFlags: [{ name: flag.name, enabled: true, data: 'x' }] },
    'PATCH',
  )
  const visible = { viewPermissions: ['activation'] }
  await portal.vendor(
    `/v3/products/${portal.product.id}`,
    { metadata: [{ key: 'edition', value: 'one', ...visible }] },
    'PATCH',
  )
  return portal.license({
    userId: user.id,
    organizationId: organization.id,
    productVersionId: version.id,
    entitlementSetId: set.id,
    maintenanceExpiresAt: new Date(Date.now() + 100 * DAY * 1000).toISOString(),
    maxAllowedReleaseVersion: '3.0',
    metadata: [{ key: 'seats', value: '5', ...visible }],
    meterAttributes: [{ name: 'exports', allowedUses: 9, ...visible }],
  })
}

test('F-25: every claim and member that the SDK reads is one that the server writes, and nothing documented is overlooked', async () => {
  const license = await fullLicense()
  const policy = await portal.vendor('/v3/trial-policies', { name: 'Two weeks', trialLength: 14 * DAY })
  const tried = await portal.makeProduct('Tried', { trialPolicyId: policy.id })
  const accountKey = await portal.accountKeys()
  const desk = portal.computer({ store: memoryStore(), accountKey })

  const kindOf = (value: JsonObject) => {
    if ('aid' in value)
      return 'entitlements' in value ? 'entitlements' : value.trial === true ? 'trial' : 'token'
    if ('data' in value && 'meta' in value) return textOf(value.data as JsonObject, 'type')
    return 'iss' in value && 'revoked' in value ? 'revocations' : null
  }
  const seen = await watching(kindOf, async () => {
    await desk.activate(license.key, { metadata: [{ key: 'desk', value: '7' }] })
    await desk.incrementMeter('exports')
    const { license: told } = await desk.sync()
    const file = await portal.vendor(`/v3/licenses/${license.id}/files`, {})
    await desk.licenseFile(textOf(file, 'certificate'), license.key)
    const machine = await portal.vendor(`/v3/activations/${told?.activationId}/files`, {})
    await desk.machineFile(textOf(machine, 'certificate'), license.key)
    const offlineRequest = await desk.offlineRequest(license.key)
    const body = { licenseId: license.id, offlineRequest, responseValidity: DAY }
    const response = await portal.vendor('/v3/activations/offline-activate', body)
    await desk.acceptOfflineResponse(textOf(response, 'offlineResponse'))
    await desk.updateRevocations()
    await portal
      .computer({ store: memoryStore(), productId: tried.id, publicKey: tried.publicKey })
      .startTrial({ metadata: [{ key: 'desk', value: '7' }] })
  })

  const { token, trial, entitlements, licenses, machines, revocations } = seen
  const tokens = {
    read: union([token?.read, trial?.read]),
    written: union([token?.written, trial?.written]),
  }
  expect(without(tokens.read, tokens.written)).toEqual([])
  // Known to the SDK and left to those who ask for `license.claims`.
  expect(without(tokens.written, tokens.read)).toEqual([
    'acat',
    'fc',
    'fms',
    'laat',
    'lcat',
    'ld',
    'lma[].grossUses',
    'ls',
    'oa',
    'os',
    'uh',
  ])
  expect(without(trial?.read ?? [], tokens.written)).toEqual([])
  expect(without(entitlements?.read ?? [], entitlements?.written ?? new Set())).toEqual([])
  expect(without(entitlements?.written ?? [], entitlements?.read ?? new Set())).toEqual([])
  for (const kind of [licenses, machines, revocations]) {
    expect(kind?.read.size).toBeGreaterThan(3)
    expect(without(kind?.read ?? [], kind?.written ?? new Set())).toEqual([])
  }
})
