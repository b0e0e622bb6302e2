import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { intervalSeconds } from '#lib/catalog/templates/interval.ts'
import { newId } from '#lib/core/ids.ts'
import { OPERATORS, type Operator } from '#lib/core/list/filter.ts'
import { storeMetadata } from '#lib/core/metadata/metadata.ts'
import { licenseStatus } from '#lib/licensing/licenses/status.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

const DAY = 86_400_000
const NOW = new Date(Math.floor(Date.now() / 1000) * 1000)
const COUNT = 140

/** A license as the model knows it: its row, and what stands elsewhere. */
interface Known {
  row: typeof licenses.$inferSelect
  key: string
  owner: { email: string; company: string; bannedAt: Date | null } | null
  devices: { countryCode: string; lastSyncedAt: Date; holds: boolean }[]
}
type Value = string | number | boolean | Date
type Kind = keyof typeof OPERATORS
interface Field {
  kind: Kind
  /** One value, null for none; or all of them, of which one must fit. */
  of: (known: Known) => Value | null | Value[]
  samples: readonly Value[]
  operators?: readonly Operator[]
  sortable?: boolean
}

let token: string
let all: Known[]
let fields: Record<string, Field>

setUpTestDatabase()
beforeAll(async () => {
  const accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'license:read')
  all = await populate(accountId)
  // Another account's licenses are in nobody's answer.
  await populate((await makeAccount()).id, 10)
  fields = fieldsOf(all)
})

const days = (...offsets: number[]) => offsets.map((offset) => new Date(NOW.getTime() + offset * DAY))
const TAGS = ['alpha', 'Alphabet', 'beta', 'x_y', '50%', 'back\\slash']

async function populate(accountId: string, count = COUNT): Promise<Known[]> {
  const products = [await makeSignedProduct(accountId), await makeSignedProduct(accountId)]
  const owners = []
  for (const [n, company] of ['Acme', 'acme labs', '', 'Zeta_1', '100%'].entries()) {
    const bannedAt = n === 1 ? NOW : null
    owners.push({ ...(await makeCustomer(accountId, { company, bannedAt })), company, bannedAt })
  }
  const rarely = fc.constantFrom<Date | null>(null, null, null, null, NOW)
  const samples = fc.sample(
    fc.record({
      product: fc.constantFrom(...products),
      owner: fc.constantFrom(null, ...owners),
      type: fc.constantFrom('node-locked' as const, 'hosted-floating' as const),
      allowedActivations: fc.integer({ min: -1, max: 4 }),
      totalDeactivations: fc.integer({ min: 0, max: 3 }),
      allowVmActivation: fc.boolean(),
      subscriptionInterval: fc.constantFrom('', 'P1Y', 'P1M', 'P1M2DT3H', 'PT2592000S', 'P2W'),
      subscriptionStartTrigger: fc.constantFrom('creation' as const, 'activation' as const),
      expiresAt: fc.constantFrom(null, ...days(-30, -1, 5, 40, 400)),
      effectiveAt: fc.constantFrom(null, null, null, ...days(-3, 3)),
      maintenanceExpiresAt: fc.constantFrom(null, ...days(-5, 5)),
      expiryGracePeriod: fc.constantFrom(0, 10 * 86_400),
      suspendedManualAt: rarely,
      suspendedBillingAt: rarely,
      revokedManualAt: rarely,
      createdAt: fc.constantFrom(...days(-9, -8, -7, -6)),
      updatedAt: fc.constantFrom(...days(-5, -4, -3)),
      tags: fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 3 }),
      metadata: fc.uniqueArray(
        fc.record({ key: fc.constantFrom('a', 'b', 'Ab'), value: fc.constantFrom('1', '2', 'x%') }),
        { maxLength: 3, selector: ({ key }) => key },
      ),
      devices: fc.array(
        fc.record({
          countryCode: fc.constantFrom('DE', 'AT', 'CH'),
          lastSyncedAt: fc.constantFrom(...days(-3, -2, -1)),
          holds: fc.constantFrom(true, true, false),
        }),
        { maxLength: 3 },
      ),
    }),
    count,
  )
  const known: Known[] = []
  for (const { product, owner, devices, metadata, ...columns } of samples) {
    const { id, key } = await makeLicenseOf(accountId, product, {
      ...columns,
      userId: owner?.id ?? null,
      metadata: storeMetadata(metadata, [], NOW),
    })
    for (const { holds, ...device } of devices) {
      await db()
        .insert(activations)
        .values({
          accountId,
          id: newId(),
          licenseId: id,
          productId: product.id,
          fingerprint: newId(),
          os: 'linux',
          hostname: 'h',
          leaseExpiresAt: holds ? null : new Date(NOW.getTime() - DAY),
          createdAt: NOW,
          updatedAt: NOW,
          ...device,
        })
    }
    const [row] = await db().select().from(licenses).where(eq(licenses.id, id))
    if (row) known.push({ row, key, owner: owner && { ...owner }, devices })
  }
  return known
}

function fieldsOf(known: Known[]): Record<string, Field> {
  const some = <T extends Value>(of: (one: Known) => T | null | T[]): T[] => [
    ...new Set(known.slice(0, 40).flatMap((one) => of(one) ?? [])),
  ]
  const column = <K extends keyof Known['row']>(kind: Kind, name: K): Field => {
    const of = ({ row }: Known) => asValue(row[name])
    return { kind, of, samples: some(of), sortable: true }
  }
  const other = (kind: Kind, of: Field['of'], samples: readonly Value[]): Field => ({ kind, of, samples })
  const booleans = [true, false]
  const status = ({ row, owner }: Known) =>
    licenseStatus({ ...row, ownerBannedAt: owner?.bannedAt ?? null }, NOW)
  const ended = ({ row }: Known) =>
    row.expiresAt !== null && row.expiresAt.getTime() + row.expiryGracePeriod * 1000 <= NOW.getTime()
  const soon = ({ row }: Known) =>
    row.expiresAt !== null &&
    row.expiresAt > NOW &&
    row.expiresAt.getTime() <= NOW.getTime() + row.expiringSoonEventOffset * 1000
  return {
    productId: column('id', 'productId'),
    licenseTemplateId: column('id', 'licenseTemplateId'),
    userId: column('id', 'userId'),
    type: column('choice', 'type'),
    allowedActivations: column('number', 'allowedActivations'),
    totalDeactivations: column('number', 'totalDeactivations'),
    allowVmActivation: column('boolean', 'allowVmActivation'),
    subscriptionInterval: { ...column('text', 'subscriptionInterval'), samples: ['P1Y', 'P1M', 'p1', 'M'] },
    subscriptionStartTrigger: column('choice', 'subscriptionStartTrigger'),
    expiresAt: column('date', 'expiresAt'),
    effectiveAt: column('date', 'effectiveAt'),
    maintenanceExpiresAt: column('date', 'maintenanceExpiresAt'),
    createdAt: column('date', 'createdAt'),
    updatedAt: column('date', 'updatedAt'),
    validity: {
      ...other('number', ({ row }) => intervalSeconds(row.subscriptionInterval), [0, 2_592_000, 31_536_000]),
      sortable: true,
    },
    expirationStrategy: other(
      'choice',
      ({ row }) => (row.subscriptionStartTrigger === 'activation' ? 'delayed' : 'immediate'),
      ['delayed', 'immediate'],
    ),
    suspended: other(
      'boolean',
      ({ row }) => row.suspendedManualAt !== null || row.suspendedBillingAt !== null,
      booleans,
    ),
    revoked: other('boolean', ({ row }) => row.revokedManualAt !== null, booleans),
    status: other('choice', status, ['ACTIVE', 'EXPIRED', 'BANNED', 'GRACE', 'SUSPENDED', 'NOT_EFFECTIVE']),
    expired: other('boolean', ended, booleans),
    expiringSoon: other('boolean', soon, booleans),
    tag: other('text', ({ row }) => row.tags, [...TAGS, 'alp', '%', '_', '\\', 'none']),
    email: other('text', ({ owner }) => (owner ? [owner.email] : []), [
      ...some(({ owner }) => owner?.email ?? null),
      'jane',
      'EXAMPLE',
    ]),
    'user.company': other('text', ({ owner }) => (owner ? [owner.company] : []), [
      'Acme',
      'acme',
      '%',
      '_1',
      'Nobody',
    ]),
    'activation.countryCode': other('text', ({ devices }) => devices.map(({ countryCode }) => countryCode), [
      'DE',
      'AT',
      'd',
      'FR',
    ]),
    'activation.lastSyncedAt': other(
      'date',
      ({ devices }) => devices.map(({ lastSyncedAt }) => lastSyncedAt),
      days(-3, -2, -1),
    ),
    totalActivations: other(
      'number',
      ({ devices }) => devices.filter(({ holds }) => holds).length,
      [0, 1, 2],
    ),
    key: {
      ...other(
        'text',
        ({ key }) => key,
        some(({ key }) => key),
      ),
      operators: ['eq', 'ne', 'in', 'nin'],
    },
    'key prefix': {
      ...other(
        'text',
        ({ key }) => key,
        some(({ key }) => key.slice(0, 2).toLowerCase()),
      ),
      operators: ['sw'],
    },
  }
}

/** Random queries: some filters, each field with one operator, some sorting, a page. */
const queries = () => {
  const filter = fc.constantFrom(...Object.keys(fields)).chain((name) => {
    const field = fieldNamed(name)
    return fc
      .constantFrom(...(field.operators ?? (OPERATORS[field.kind] as readonly Operator[])))
      .chain((operator) =>
        fc.record({
          name: fc.constant(name),
          operator: fc.constant(operator),
          values: fc.uniqueArray(fc.constantFrom(...field.samples), {
            minLength: operator === 'in' ? 0 : 1,
            maxLength: operator === 'in' || operator === 'nin' ? 3 : 1,
          }),
        }),
      )
  })
  const sortable = Object.keys(fields).filter((name) => fields[name]?.sortable)
  return fc.record({
    filters: fc.uniqueArray(filter, { maxLength: 3, selector: ({ name }) => name }),
    sort: fc.uniqueArray(fc.record({ name: fc.constantFrom(...sortable), descending: fc.boolean() }), {
      maxLength: 2,
      selector: ({ name }) => name,
    }),
    limit: fc.constantFrom(1, 7, 20, 100),
    page: fc.integer({ min: 1, max: 4 }),
  })
}

test('every filter, sorting and page gives what the same conditions give over the licenses in memory', async () => {
  await fc.assert(
    fc.asyncProperty(queries(), async ({ filters, sort, limit, page }) => {
      const params = new URLSearchParams({ limit: String(limit), page: String(page) })
      for (const { name, operator, values } of filters) {
        params.set(`${name.replace(' prefix', '')}[${operator}]`, values.map(written).join(','))
      }
      params.set('sort', sort.map(({ name, descending }) => `${descending ? '-' : ''}${name}`).join(','))
      const fitting = all
        .filter((known) =>
          filters.every(({ name, operator, values }) => fits(fieldNamed(name).of(known), operator, values)),
        )
        .sort(inOrder(sort))
      const answer = await v3(`/v3/licenses?${params}`, { token })
      const ids = bodyOf(answer, z.array(z.object({ id: z.string() }))).map(({ id }) => id)
      expect(ids).toEqual(fitting.slice((page - 1) * limit, page * limit).map(({ row }) => row.id))
      expect(answer.headers.get('pagination-count')).toBe(String(fitting.length))
    }),
    { numRuns: 250 },
  )
})

test('filters on metadata speak of one entry together, in every combination of operators', async () => {
  const operators = OPERATORS.text
  const condition = (values: readonly string[]) =>
    fc.record({
      operator: fc.constantFrom(...operators),
      value: fc.constantFrom(...values),
    })
  const negative = (operator: Operator) => ['ne', 'nin', 'nc'].includes(operator)
  const asked = fc.record(
    { key: condition(['a', 'b', 'A', 'Ab', 'c']), value: condition(['1', '2', '%', 'x%']) },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(asked, async (parts) => {
      const given = Object.entries(parts)
      const params = new URLSearchParams({ limit: '100' })
      for (const [part, { operator, value }] of given) params.set(`metadata.${part}[${operator}]`, value)
      const entryFits = (entry: { key: string; value: string }) =>
        given.every(([part, { operator, value }]) =>
          fits(part === 'key' ? entry.key : entry.value, operator, [value]),
        )
      const expected = all.filter(({ row }) =>
        given.every(([, { operator }]) => negative(operator))
          ? given.every(([part, { operator, value }]) =>
              fits(
                row.metadata.map((entry) => (part === 'key' ? entry.key : entry.value)),
                operator,
                [value],
              ),
            )
          : row.metadata.some(entryFits),
      )
      const answer = await v3(`/v3/licenses?${params}`, { token })
      expect(answer.headers.get('pagination-count')).toBe(String(expected.length))
    }),
    { numRuns: 120 },
  )
})

test('licensing §6: an empty list matches nothing, whatever it is asked of', async () => {
  for (const [name, { kind }] of Object.entries(fields)) {
    if (!(OPERATORS[kind] as readonly string[]).includes('in') || name.includes(' ')) continue
    const answer = await v3(`/v3/licenses?${name}[in]=`, { token })
    expect(answer.body, name).toEqual([])
  }
})

function fits(value: Value | null | Value[], operator: Operator, wanted: readonly Value[]): boolean {
  if (!Array.isArray(value)) return one(value, operator, wanted)
  const positive = { ne: 'eq', nin: 'in', nc: 'cn' } as const
  if (operator === 'ne' || operator === 'nin' || operator === 'nc') {
    return !value.some((each) => one(each, positive[operator], wanted))
  }
  return value.some((each) => one(each, operator, wanted))
}

function one(value: Value | null, operator: Operator, wanted: readonly Value[]): boolean {
  const plain = (each: Value | null | undefined) => (each instanceof Date ? each.getTime() : each)
  const lower = (each: Value | null | undefined) => String(each).toLowerCase()
  const mine = plain(value)
  const theirs = wanted.map(plain)
  const first = theirs[0]
  const compared = (test: (difference: number) => boolean) =>
    mine !== null && test(Number(mine) - Number(first))
  switch (operator) {
    case 'eq':
      return mine === first
    case 'ne':
      return mine !== first
    case 'in':
      return theirs.includes(mine)
    case 'nin':
      return !theirs.includes(mine)
    case 'gt':
      return compared((difference) => difference > 0)
    case 'gte':
      return compared((difference) => difference >= 0)
    case 'lt':
      return compared((difference) => difference < 0)
    case 'lte':
      return compared((difference) => difference <= 0)
    case 'sw':
      return mine !== null && lower(mine).startsWith(lower(first))
    case 'ew':
      return mine !== null && lower(mine).endsWith(lower(first))
    case 'cn':
      return mine !== null && lower(mine).includes(lower(first))
    case 'nc':
      return mine === null || !lower(mine).includes(lower(first))
  }
}

/** What was asked for, without values last upwards; then by id, the way of the last one; by creation where nothing was asked. */
function inOrder(sort: readonly { name: string; descending: boolean }[]) {
  const rules = sort.length > 0 ? sort : [{ name: 'createdAt', descending: false }]
  return (a: Known, b: Known): number => {
    for (const { name, descending } of rules) {
      const order = rank(fieldNamed(name).of(a), fieldNamed(name).of(b))
      if (order !== 0) return descending ? -order : order
    }
    const byId = a.row.id < b.row.id ? -1 : 1
    return rules.at(-1)?.descending ? -byId : byId
  }
}

function rank(a: Value | null | Value[], b: Value | null | Value[]): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  return a === b ? 0 : a < b ? -1 : 1
}

function fieldNamed(name: string): Field {
  const field = fields[name]
  if (!field) throw new Error(`no field ${name}`)
  return field
}

function asValue(value: Known['row'][keyof Known['row']]): Value | null {
  if (value === null || value instanceof Date || typeof value !== 'object') return value
  throw new Error('a column with one value is expected')
}

function written(value: Value): string {
  return value instanceof Date ? value.toISOString() : String(value)
}
