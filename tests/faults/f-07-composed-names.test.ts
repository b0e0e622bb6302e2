import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { products } from '#db/schema/products.ts'
import { users } from '#db/schema/users.ts'
import { createOperator } from '#lib/access/operators/create-operator.ts'
import { authorize } from '#lib/core/authorize.ts'
import { hashPassword, verifyPassword } from '#lib/core/crypto/password.ts'
import { exactText, text } from '#lib/core/input/fields.ts'
import { checkComposedNames } from '#lib/ops/doctor/checks.ts'
import type { Methods } from '#lib/web/http/methods.ts'
import { findRouteFiles } from '#server/v3-router.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { consoleActor, contextFor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>

setUpTestDatabase()
beforeAll(async () => {
  accountId = (await makeAccount()).id
  product = await makeSignedProduct(accountId)
  token = await makeMachineToken(
    accountId,
    'user:read',
    'user:write',
    'product:read',
    'product:write',
    'license:read',
    'license:write',
    'tag:read',
    'tag:write',
  )
})

const NFC = 'Zoë Çelik'.normalize('NFC')
const NFD = NFC.normalize('NFD')
const Ids = z.array(z.object({ id: z.string() }))
const list = async (path: string) => Ids.parse((await v3(path, { token })).body).map(({ id }) => id)
const make = async (path: string, body: Record<string, unknown>) => {
  const answer = await v3(path, { token, body })
  expect(answer.status).toBe(201)
  return z.looseObject({ id: z.string() }).parse(answer.body)
}
const unique = () => crypto.randomUUID().slice(0, 8)
const newUser = (fields: Record<string, unknown>) => ({
  firstName: 'A',
  lastName: 'B',
  email: `u-${unique()}@x.example`,
  password: 'four unrelated quiet words',
  ...fields,
})

describe('F-07: a name is found however its accents are encoded', () => {
  test.each([
    ['decomposed', 'composed', NFD, NFC],
    ['composed', 'decomposed', NFC, NFD],
  ])('written %s, searched for %s', async (_written, _searched, written, searched) => {
    const company = `${written} ${unique()}`
    const { id, ...made } = await make('/v3/users', newUser({ firstName: written, company }))
    expect(made.firstName).toBe(NFC)
    const searchedFor = encodeURIComponent(company.replace(written, searched))
    expect(await list(`/v3/users?company=${searchedFor}`)).toEqual([id])
    expect(await list(`/v3/users?query=${searchedFor}`)).toEqual([id])
    expect(await list(`/v3/users?company[cn]=${searchedFor}`)).toEqual([id])
  })

  test('notes and tags of licenses, and the names of products', async () => {
    const mark = unique()
    const license = await make('/v3/licenses', {
      productId: product.id,
      notes: `${NFD} ${mark}`,
      tags: [`${NFD}-${mark}`],
    })
    expect(await list(`/v3/licenses?query=${encodeURIComponent(`${NFC} ${mark}`)}`)).toEqual([license.id])
    expect(await list(`/v3/licenses?tag=${encodeURIComponent(`${NFC}-${mark}`)}`)).toEqual([license.id])
    expect(await list(`/v3/licenses?tag=${encodeURIComponent(`${NFD}-${mark}`)}`)).toEqual([license.id])
    const name = `${NFC} ${mark}`
    await make('/v3/tags', { name })
    const again = await v3('/v3/tags', { token, body: { name: name.normalize('NFD') } })
    expect(again.status).toBe(409)
  })

  test('any name there is', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    const schema = text(1_000)
    fc.assert(
      fc.property(name, (written) => {
        const [one, other] = [
          schema.safeParse(written.normalize('NFD')),
          schema.safeParse(written.normalize('NFC')),
        ]
        expect(one).toEqual(other)
        if (one.success) expect(one.data).toBe(written.normalize('NFC'))
        const exact = exactText(1_000).safeParse(written.normalize('NFD'))
        if (exact.success) expect(exact.data).toBe(written.normalize('NFD'))
      }),
    )
  })
})

describe('F-07: a name that shows nothing is none', () => {
  test.each([
    ['a zero-width space', '\u200b'],
    ['a byte order mark', '\ufeff'],
    ['blanks', '  \u3000'],
    ['a soft hyphen and a joiner', '\u00ad\u200d'],
    ['a Hangul filler', '\u3164'],
    ['a variation selector', '\ufe0f'],
    ['an empty braille pattern', '\u2800'],
  ])('%s: 400 "must not be empty", nothing is written', async (_what, name) => {
    const before = [await db().$count(users), await db().$count(products)]
    expect(await v3('/v3/users', { token, body: newUser({ firstName: name }) })).toMatchObject({
      status: 400,
      body: { fields: { firstName: 'must not be empty' } },
    })
    expect(await v3('/v3/tags', { token, body: { name } })).toMatchObject({ status: 400 })
    const { id, licenseTemplateId } = product
    expect(await v3('/v3/products', { token, body: { name, licenseTemplateId } })).toMatchObject({
      status: 400,
      body: { fields: { name: 'must not be empty' } },
    })
    expect(await v3(`/v3/products/${id}`, { method: 'PATCH', token, body: { name } })).toMatchObject({
      status: 400,
    })
    expect([await db().$count(users), await db().$count(products)]).toEqual(before)
  })

  test('nor on the command line', async () => {
    const ctx = authorize(contextFor(consoleActor, { accountId }), 'operator:write')
    const operator = {
      email: `o-${unique()}@x.example`,
      name: '\u200b',
      password: 'four unrelated quiet words',
    }
    expect(await refusalOf(createOperator(ctx, operator))).toMatchObject({
      fields: { name: 'must not be empty' },
    })
    await expect(makeAccount({ name: '\u200b ' })).rejects.toThrow('must not be empty')
  })

  test('a name that shows something may hold what nobody sees: some scripts need it', async () => {
    const { firstName } = await make(
      '/v3/users',
      newUser({ firstName: '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645' }),
    )
    expect(firstName).toBe('\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645')
  })
})

describe('F-07: what is compared byte by byte stays as it was sent', () => {
  test('metadata, and its filters', async () => {
    const value = `${NFD} ${unique()}`
    const { id, metadata } = await make('/v3/licenses', {
      productId: product.id,
      metadata: [{ key: 'who', value }],
    })
    expect(metadata).toMatchObject([{ key: 'who', value }])
    const ask = (typed: string) =>
      list(`/v3/licenses?metadata.key=who&metadata.value=${encodeURIComponent(typed)}`)
    expect(await ask(value)).toEqual([id])
    expect(await ask(value.normalize('NFC'))).toEqual([])
  })

  test('a password is the same in both encodings, as it was', async () => {
    const hash = await hashPassword(`${NFD} and more words`)
    expect(await verifyPassword(hash, `${NFC} and more words`)).toBe(true)
    expect(await verifyPassword(hash, `${NFC} and more word`)).toBe(false)
  })
})

describe('F-07: every body of the Web API', () => {
  /** Members that are written by people, by their last name. */
  const COMPOSED =
    /^(name|displayName|firstName|lastName|company|description|notes|hostname|fromName|reason|tags|channel|platform|platforms)$/
  const EXACT =
    /^(fingerprint|userHash|instanceId|password|newPassword|oldPassword|token|subject|body|url|key|keyPattern|metadata\.key|metadata\.value)$/

  interface Member {
    path: string
    schema: z.ZodType
  }

  /** The text members of a schema, through whatever wraps them. */
  function members(schema: unknown, path: string, found: Member[]): Member[] {
    if (!(schema instanceof z.ZodType)) return found
    const definition = schema.def as { type: string } & Record<string, unknown>
    if (schema instanceof z.ZodObject) {
      for (const [name, inner] of Object.entries(schema.shape))
        members(inner, path ? `${path}.${name}` : name, found)
      return found
    }
    if (schema instanceof z.ZodString) {
      found.push({ path, schema })
      return found
    }
    // Of text that is trimmed first, what follows counts.
    if (definition.out instanceof z.ZodString) return members(definition.out, path, found)
    for (const part of [definition.innerType, definition.in, definition.out, definition.element])
      members(part, path, found)
    if (Array.isArray(definition.options)) for (const part of definition.options) members(part, path, found)
    return found
  }

  test('composes the names, notes and descriptions in it and leaves secrets, metadata and templates', async () => {
    const wrong: string[] = []
    let seen = 0
    for (const { segments, file } of findRouteFiles(join(import.meta.dirname, '../../app'), 'v3')) {
      const routes: Methods = await import(file)
      for (const [method, route] of Object.entries(routes)) {
        const contract: unknown = Reflect.get(route, 'contract')
        const body = contract && typeof contract === 'object' ? Reflect.get(contract, 'body') : undefined
        for (const { path, schema } of members(body, '', [])) {
          const probe = 'a\u0308bcdefghijklmnopqrstuvwxyz'
          const parsed = schema.safeParse(probe)
          if (!parsed.success) continue
          const [last = ''] = path.split('.').slice(-1)
          const inMetadata = path.split('.').includes('metadata')
          const isComposed = parsed.data === probe.normalize('NFC')
          const where = `${method} /${segments.join('/')} ${path}`
          if (inMetadata || EXACT.test(last)) {
            if (isComposed) wrong.push(`${where} is changed`)
          } else if (COMPOSED.test(last)) {
            seen += 1
            if (!isComposed) wrong.push(`${where} is not composed`)
          }
        }
      }
    }
    expect(wrong).toEqual([])
    expect(seen).toBeGreaterThan(60)
  })
})

describe('F-07: names from before', () => {
  const migration = () => {
    const folder = join(import.meta.dirname, '../../db/migrations')
    const file = readdirSync(folder).find((name) => name.endsWith('_names_composed.sql')) ?? ''
    return readFileSync(join(folder, file), 'utf8')
  }

  test('are composed by the migration; one that would become another’s unique name stays, and the doctor names it', async () => {
    const mark = unique()
    const [plain, first, second] = [
      await make('/v3/products', { name: `A ${mark}`, licenseTemplateId: product.licenseTemplateId }),
      await make('/v3/products', { name: `${NFC} ${mark}`, licenseTemplateId: product.licenseTemplateId }),
      await make('/v3/products', { name: `B ${mark}`, licenseTemplateId: product.licenseTemplateId }),
    ]
    const user = await make('/v3/users', newUser({ tags: ['x'] }))
    // As an installation holds them that wrote them before; no call stores them any more.
    const rename = (id: string, name: string) =>
      db().update(products).set({ name }).where(eq(products.id, id))
    await rename(plain.id, `E\u0301 ${mark}`)
    await rename(second.id, `${NFD} ${mark}`)
    await db()
      .update(users)
      .set({ lastName: NFD, tags: ['plain', NFD] })
      .where(eq(users.id, user.id))
    await db().execute(sql.raw(migration()))
    const nameOf = async (id: string) =>
      (await db().select({ name: products.name }).from(products).where(eq(products.id, id)))[0]?.name
    expect(await nameOf(plain.id)).toBe(`\u00c9 ${mark}`)
    expect(await nameOf(first.id)).toBe(`${NFC} ${mark}`)
    expect(await nameOf(second.id)).toBe(`${NFD} ${mark}`)
    const [row] = await db().select().from(users).where(eq(users.id, user.id))
    expect(row).toMatchObject({ lastName: NFC, tags: ['plain', NFC] })
    const finding = await checkComposedNames(
      authorize(contextFor(consoleActor, { accountId }), 'system:work'),
    )
    expect(finding).toMatchObject({ ok: false, detail: expect.stringContaining(second.id) })
    await rename(second.id, `C ${mark}`)
    expect(
      await checkComposedNames(authorize(contextFor(consoleActor, { accountId }), 'system:work')),
    ).toMatchObject({ ok: true })
  })
})
