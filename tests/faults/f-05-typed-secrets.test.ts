import { and, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { generateSync } from 'otplib'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { formerLicenseKeys } from '#db/schema/license-parts.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { compileKeyPattern, KeyPatternError } from '#lib/catalog/templates/key-pattern.ts'
import { authorize } from '#lib/core/authorize.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { canonicalSecret } from '#lib/core/typed-secret.ts'
import { fillKeyForms } from '#lib/licensing/licenses/fill-key-forms.ts'
import { findTypedKey } from '#lib/licensing/licenses/find-typed-key.ts'
import { keyForms, storedKey } from '#lib/licensing/licenses/license-key.ts'
import { listLicenses } from '#lib/licensing/licenses/list-licenses.ts'
import { replaceKey } from '#lib/licensing/licenses/replace-key.ts'
import { ValidationDto } from '#lib/licensing/validation/validation-dto.ts'
import { reencrypt } from '#lib/ops/key-rotation/reencrypt.ts'
import { hashRecoveryCode, newRecoveryCodes } from '#lib/people/second-factors/recovery-code.ts'
import { matchTotpStep, newTotpSecret } from '#lib/people/second-factors/totp.ts'
import { accountPublicKeys } from '#lib/vendor/signing/public-keys.ts'
import { verifyFile } from '#sdk/offline-file.ts'
import { parseAccountKeys } from '#sdk/trusted-key.ts'
import { canonicalKey, sameKey } from '#sdk/typed-key.ts'
import { makeCustomer, makeLicenseOf, makeMachineToken } from '#tests/factories/licensed.ts'
import { makeRelease } from '#tests/factories/release.ts'
import { activate, claimsOf, idOf, sync } from '#tests/helpers/activation-routes.ts'
import { consoleActor, contextFor, operatorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { issue } from '#tests/helpers/offline-world.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { makeRuntimeWorld } from '../integration/runtime/world.ts'

let world: Awaited<ReturnType<typeof makeRuntimeWorld>>
let token: string
let original: string[]

setUpTestDatabase()
beforeAll(async () => {
  world = await makeRuntimeWorld()
  original = env().SECRET_KEY
  token = await makeMachineToken(world.accountId, 'license:read', 'license:write')
})
afterEach(() => overrideEnv({ SECRET_KEY: original.join(',') }))
// Keys of one test must not be alike to those of another.
beforeEach(async () => {
  await db().delete(licenses).where(eq(licenses.accountId, world.accountId))
})

const License = z.object({ id: z.string(), key: z.string() })
const create = async (fields: Record<string, unknown> = {}) =>
  bodyOf(await v3('/v3/licenses', { token, body: { productId: world.product.id, ...fields } }), License, 201)
const verdict = async (key: string) =>
  bodyOf(
    await v3('/v3/licenses/validate', { method: 'POST', body: { productId: world.product.id, key } }),
    ValidationDto,
  )
const list = async (query: string) =>
  bodyOf(await v3(`/v3/licenses?${query}`, { token }), z.array(License)).map(({ id }) => id)
const operator = () => authorize(contextFor(operatorActor(), { accountId: world.accountId }), 'license:read')
const search = async (key: string) =>
  (await listLicenses(operator(), { ...FIRST_PAGE, key })).items.map(({ id }) => id)
const replace = (id: string) =>
  replaceKey(authorize(contextFor(operatorActor(), { accountId: world.accountId }), 'license:write'), id)
const system = () => authorize(contextFor(consoleActor, { accountId: world.accountId }), 'system:work')
const countLicenses = () => db().$count(licenses, eq(licenses.accountId, world.accountId))

const wide = (text: string) =>
  [...text].map((char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)).join('')

const DISGUISES: [string, (key: string) => string][] = [
  ['in lower case', (key) => key.toLowerCase()],
  ['with blanks inside', (key) => key.replaceAll('-', ' - ')],
  ['without its dashes', (key) => key.replaceAll('-', '')],
  ['with typographic dashes', (key) => key.replaceAll('-', '\u2013')],
  ['with a minus and a soft hyphen', (key) => key.replace('-', '\u2212').replace('-', '\u00ad')],
  ['in full width', wide],
  ['with zero-width characters', (key) => [...key].join('\u200b')],
  ['in typographic quotes, after a byte order mark', (key) => `\ufeff\u201c${key}\u201d`],
  ['over two lines', (key) => `${key.slice(0, 13)}\r\n\t${key.slice(13)}`],
]

describe('F-05: a key is found in the form that people type', () => {
  test.each(DISGUISES)(
    '%s: validation, activation and sync; the token says the key as issued',
    async (_how, disguise) => {
      const { key } = await create()
      const typed = disguise(key)
      expect(typed).not.toBe(key)
      expect(await verdict(typed)).toMatchObject({ valid: true, code: 'VALID' })
      const of = { productId: world.product.id, key: typed }
      const answer = await activate(of)
      expect(answer.status).toBe(201)
      expect(claimsOf(answer).key).toBe(key)
      const synced = await sync(idOf(answer), of)
      expect(claimsOf(synced).key).toBe(key)
    },
  )

  test('a device is given back with it', async () => {
    const { key } = await create()
    const typed = key.toLowerCase().replaceAll('-', ' ')
    const aid = idOf(await activate({ productId: world.product.id, key }))
    const body = { key: typed, productId: world.product.id }
    expect(
      (await v3(`/v3/activations/${aid}/deactivate`, { method: 'POST', body: { ...body, key: 'ANOTHER' } }))
        .status,
    ).toBe(404)
    expect(await db().$count(activations, eq(activations.id, aid))).toBe(1)
    expect((await v3(`/v3/activations/${aid}/deactivate`, { method: 'POST', body })).status).toBeLessThan(300)
    expect(await db().$count(activations, eq(activations.id, aid))).toBe(0)
  })

  test('a download takes it in its header, and the question whether a release is allowed', async () => {
    const { key } = await create()
    const release = await makeRelease(world.accountId, world.product.id)
    const typed = key.toLowerCase().replaceAll('-', ' ')
    expect(await v3(`/v3/releases/${release.id}/allowed?key=${encodeURIComponent(typed)}`)).toMatchObject({
      body: { allowed: true },
    })
    const path = `/v3/release-files/${release.file.id}/download`
    const answer = await v3(path, { method: 'POST', body: {}, headers: { 'x-license-key': typed } })
    expect(answer.status).toBe(200)
    const wrong = { 'x-license-key': `${typed}0` }
    expect((await v3(path, { method: 'POST', body: {}, headers: wrong })).status).toBeGreaterThanOrEqual(400)
  })

  test('the device of one license is not given back with the key of another one', async () => {
    const [one, two] = [await create(), await create()]
    const aid = idOf(await activate({ productId: world.product.id, key: one.key }))
    const answer = await sync(aid, { productId: world.product.id, key: two.key.toLowerCase() })
    expect(answer).toMatchObject({ status: 404, body: { code: 'ACTIVATION_NOT_FOUND' } })
  })

  test('a replaced key goes on for known devices, however it is typed, and takes no new one', async () => {
    const { id, key } = await create()
    const of = { productId: world.product.id, key: key.toLowerCase() }
    const aid = idOf(await activate({ ...of, key }))
    await replace(id)
    expect(claimsOf(await sync(aid, of)).key).toBe(key)
    expect(await activate(of, { fingerprint: 'another-computer-0123456789' })).toMatchObject({
      body: { code: 'INVALID_LICENSE_KEY' },
    })
  })

  test('a key of no license stays unknown in any form', async () => {
    await create()
    for (const typed of ['no-such-key-0000-0000', '\u2014\u2014\u2014', '"\'`', ''])
      expect(await verdict(typed)).toMatchObject({ valid: false, code: 'NOT_FOUND' })
  })
})

describe('F-05: two keys that people cannot tell apart', () => {
  const body = (key: string) => ({ productId: world.product.id, key })
  const KEY = 'ABCD-EFGH-JKLM-NPQR-2345'

  test.each([KEY.toLowerCase(), KEY.replaceAll('-', ''), `"${KEY}"`])(
    '%s is refused beside it: 409, nothing written',
    async (alike) => {
      await create({ key: KEY })
      const before = await countLicenses()
      expect(await v3('/v3/licenses', { token, body: body(alike) })).toMatchObject({
        status: 409,
        body: { code: 'CONFLICT', fields: { key: expect.stringContaining('cannot tell') } },
      })
      expect(await countLicenses()).toBe(before)
    },
  )

  test('so is one that is alike to a former key', async () => {
    const { id, key } = await create()
    await replace(id)
    expect((await v3('/v3/licenses', { token, body: body(key.toLowerCase()) })).status).toBe(409)
    expect(await countLicenses()).toBe(1)
  })

  test('of eight that are asked for at once, one is made', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        v3('/v3/licenses', {
          token,
          body: body(at % 2 ? KEY : KEY.toLowerCase().replaceAll('-', '')),
        }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
    expect(await countLicenses()).toBe(1)
  })

  test('that are there from before are found exactly, and neither in another form', async () => {
    // What an installation may hold from before; no call makes it any more.
    const [one, two] = [await create({ key: KEY }), await create({ key: `${KEY}X` })]
    const alike = KEY.toLowerCase()
    await db().update(licenses).set(storedKey(alike, two.id)).where(eq(licenses.id, two.id))
    expect((await verdict(KEY)).license?.id).toBe(one.id)
    expect((await verdict(alike)).license?.id).toBe(two.id)
    expect(await verdict(KEY.replaceAll('-', ''))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await list(`key=${KEY}`)).toEqual([one.id])
    expect(await list(`key=${KEY.replaceAll('-', '')}`)).toEqual([])
    // And a third one is refused.
    expect((await v3('/v3/licenses', { token, body: body(KEY.replaceAll('-', '')) })).status).toBe(409)
  })
})

describe('F-05: searching', () => {
  test('seven characters of a key find it, as eight, twenty, the last four and the whole in any form do', async () => {
    const [one, two] = [await create(), await create()]
    const of = (typed: string) => search(typed)
    for (const length of [7, 8, 20, one.key.length]) {
      expect(await of(one.key.slice(0, length))).toEqual([one.id])
      expect(await of(one.key.slice(0, length).toLowerCase().replaceAll('-', ' '))).toEqual([one.id])
      expect(await list(`key[sw]=${one.key.slice(0, length)}`)).toEqual([one.id])
      expect(await list(`query=${one.key.slice(0, length)}`)).toEqual([one.id])
    }
    expect(await of(two.key.slice(-4))).toContain(two.id)
    expect(await list(`key[ew]=${two.key.slice(-8).toLowerCase()}`)).toEqual([two.id])
    expect(await of('zzzz-not-there')).toEqual([])
  })

  test('filters take a key as people type it, and so does the list of devices', async () => {
    const [one, two] = [await create(), await create()]
    await activate({ productId: world.product.id, key: one.key })
    const typed = encodeURIComponent(one.key.toLowerCase().replaceAll('-', '\u2013'))
    expect(await list(`key=${typed}`)).toEqual([one.id])
    expect(await list(`key[in]=${typed},${two.key}`)).toEqual([one.id, two.id])
    expect(await list(`key[nin]=${typed}`)).toEqual([two.id])
    const devices = await makeMachineToken(world.accountId, 'activation:read')
    expect(await v3(`/v3/activations?licenseKey=${typed}`, { token: devices })).toMatchObject({
      status: 200,
      body: [{ licenseId: one.id }],
    })
  })

  test('customers find their own, never a stranger’s', async () => {
    const owner = await makeCustomer(world.accountId)
    const [mine, foreign] = [await create({ userId: owner.id }), await create()]
    const ask = async (query: string) =>
      bodyOf(
        await v3(`/v3/me/licenses?query=${encodeURIComponent(query)}`, { token: owner.token }),
        z.array(License),
      )
    expect(await ask(mine.key.slice(0, 9).toLowerCase())).toMatchObject([{ id: mine.id }])
    expect(await ask(foreign.key.slice(0, 9))).toEqual([])
    expect(await ask(foreign.key)).toEqual([])
  })

  test('a short key keeps nothing in clear and is found by its beginning all the same', async () => {
    const { id, key } = await create({ key: '1234567890123456789' })
    const [row] = await db().select().from(licenses).where(eq(licenses.id, id))
    expect(row).toMatchObject({ keyPrefix: '', keyTail: null })
    expect(await search(key.slice(0, 3))).toEqual([id])
    expect(await search(key)).toEqual([id])
  })

  test('however long a key is and of what, at least 64 of its bits are told to nobody', () => {
    const alphabet = fc.constantFrom('0123456789', '0123456789ABCDEF', 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789')
    const key = fc.tuple(alphabet, fc.integer({ min: 16, max: 60 })).chain(([letters, length]) =>
      fc.array(fc.constantFrom(...letters), { minLength: length, maxLength: length }).map((parts) => ({
        key: parts.join(''),
        bits: length * Math.log2(letters.length),
        each: Math.log2(letters.length),
      })),
    )
    fc.assert(
      fc.property(key, ({ key, bits, each }) => {
        const { keyPrefix, keyTail } = keyForms(key, bits)
        const told = keyPrefix.length * each + (keyTail?.length ?? 0) * 4
        if (told > 0) expect(bits - told).toBeGreaterThanOrEqual(64)
      }),
    )
  })
})

describe('F-05: keys from before', () => {
  const forget = async () => {
    await db().update(licenses).set({ keyCanonicalHash: null, keyTail: null })
    await db().update(formerLicenseKeys).set({ keyCanonicalHash: null })
  }

  test('are found exactly at once, and in any form when the job has been there', async () => {
    const one = await create()
    await create()
    await forget()
    const typed = one.key.toLowerCase()
    expect(await verdict(one.key)).toMatchObject({ code: 'VALID' })
    expect(await verdict(typed)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await fillKeyForms(system())).toBe(2)
    expect(await verdict(typed)).toMatchObject({ code: 'VALID' })
    expect(await search(one.key.slice(-4))).toContain(one.id)
    expect(await fillKeyForms(system())).toBe(0)
  })

  test('while one is not done yet, no other is taken for it', async () => {
    const one = await create()
    await create()
    await db()
      .update(licenses)
      .set({ keyCanonicalHash: null })
      .where(and(eq(licenses.accountId, world.accountId), eq(licenses.id, one.id)))
    const other = await create()
    expect(await findTypedKey(db(), world.accountId, other.key.toLowerCase(), new Date())).toBeUndefined()
  })

  test('that cannot be read hold up nothing', async () => {
    const [broken, whole] = [await create(), await create()]
    await forget()
    await db().update(licenses).set({ sealedKey: 'nonsense' }).where(eq(licenses.id, broken.id))
    expect(await fillKeyForms(system())).toBe(2)
    expect(await verdict(whole.key.toLowerCase())).toMatchObject({ code: 'VALID' })
    await db().delete(licenses).where(eq(licenses.id, broken.id))
  })

  test('are found in any form while a secret is rotated, and after the old one is dropped', async () => {
    const { id, key } = await create()
    const typed = key.toLowerCase()
    const next = 'a-new-secret-of-more-than-32-characters!'
    overrideEnv({ SECRET_KEY: [next, ...original].join(',') })
    expect(await verdict(typed)).toMatchObject({ code: 'VALID' })
    expect(await search(key.slice(-4))).toEqual([id])
    await reencrypt(system())
    overrideEnv({ SECRET_KEY: next })
    expect((await findTypedKey(db(), world.accountId, typed, new Date()))?.key).toBe(key)
    expect(await search(key.slice(-4))).toEqual([id])
  })
})

describe('F-05: the canonical form', () => {
  const added = fc.constantFrom(
    ...(' \t\r\n\u00a0\u2003\u3000\u200b\u200d\u2060\ufeff\u00ad\u180e\ufe0f\u{e0100}'.match(/./gsu) ?? []),
    ...'-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\ufe58\u30fc\u2043\u2e3a'.split(''),
    ...'"\'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u00b4\u2032'.split(''),
  )
  const change = fc.constantFrom<(char: string) => string>(
    (char) => char,
    (char) => char.toLowerCase(),
    (char) => char.toUpperCase(),
    (char) => wide(char),
  )
  const key = fc.array(fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'), {
    minLength: 20,
    maxLength: 25,
  })

  test('every disguise of a key has it, no other key does, the SDK’s is the same', () => {
    fc.assert(
      fc.property(
        key,
        key,
        fc.array(fc.tuple(added, change), { minLength: 30, maxLength: 30 }),
        (letters, others, changes) => {
          const typed = letters
            .map((char, at) => `${changes[at]?.[0] ?? ''}${changes[at]?.[1](char) ?? char}`)
            .join('')
          expect(canonicalSecret(typed)).toBe(letters.join('').toLowerCase())
          expect(canonicalKey(typed)).toBe(canonicalSecret(typed))
          expect(sameKey(typed, letters.join(''))).toBe(true)
          expect(sameKey(typed, others.join(''))).toBe(letters.join('') === others.join(''))
        },
      ),
    )
  })

  test('it is its own canonical form, for any text there is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(canonicalSecret(canonicalSecret(text))).toBe(canonicalSecret(text))
        expect(canonicalKey(text)).toBe(canonicalSecret(text))
      }),
      { numRuns: 5_000 },
    )
  })

  test('any disguise finds exactly its license, in the database', async () => {
    const made = [await create(), await create(), await create()]
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 2 }),
        fc.array(fc.tuple(added, change), { minLength: 41, maxLength: 41 }),
        async (nr, changes) => {
          const letters = [...(made[nr]?.key ?? '')]
          const typed = letters
            .map(
              (char, at) =>
                `${char === '-' ? (changes[at]?.[0] ?? '') : (changes[at]?.[1](char) ?? '')}${changes[at]?.[0]}`,
            )
            .join('')
          const found = await findTypedKey(db(), world.accountId, typed, new Date())
          expect(found).toEqual({ licenseId: made[nr]?.id, isFormer: false, key: made[nr]?.key })
        },
      ),
      { numRuns: 100 },
    )
  })

  test.each([
    ['[aA]{70}', 'only 0 random bits'],
    ['[A-F0-9a-f]{16}', 'random bits'],
    ['-{10}[A-Z0-9]{12}', 'random bits'],
    ['[-A]{100}', 'random bits'],
    ['["\'`-]{64}[A-Z]{12}', 'random bits'],
  ])(
    'the pattern %s leaves too little to chance when case, dashes and quotes count for nothing',
    (pattern, reason) => {
      expect(() => compileKeyPattern(pattern)).toThrow(KeyPatternError)
      expect(() => compileKeyPattern(pattern)).toThrow(reason)
    },
  )
})

describe('F-05: codes', () => {
  test('of an application are taken with blanks, dashes, in full width and in other digits', () => {
    const secret = newTotpSecret()
    const at = new Date('2026-03-01T12:00:15Z')
    const code = generateSync({ secret, epoch: at.getTime() / 1000 })
    const step = Math.floor(at.getTime() / 30_000)
    const arabic = [...code].map((digit) => String.fromCharCode(0x660 + Number(digit))).join('')
    for (const typed of [
      `${code.slice(0, 3)}-${code.slice(3)}`,
      ` ${code.slice(0, 3)}\u2009${code.slice(3)}`,
      wide(code),
      arabic,
      [...code].join('\u200b'),
    ])
      expect(matchTotpStep(secret, typed, at)).toBe(step)
    expect(matchTotpStep(secret, `${code}0`, at)).toBeUndefined()
  })

  test('for recovery too', () => {
    const [code = '', other = ''] = newRecoveryCodes()
    const hash = hashRecoveryCode('user', code)
    for (const typed of [
      wide(code),
      code.replaceAll('-', '\u2014'),
      code.toLowerCase().replaceAll('-', ' '),
      `\u201c${code}\u201d`,
    ])
      expect(hashRecoveryCode('user', typed)).toBe(hash)
    expect(hashRecoveryCode('user', other)).not.toBe(hash)
  })
})

describe('F-05: files', () => {
  test.each(DISGUISES)('an encrypted license file opens with its key typed %s', async (_how, disguise) => {
    const { id, key } = await create()
    const { certificate } = await issue(world, { licenseId: id }, { input: { encrypt: true } })
    const accountKeys = parseAccountKeys(
      (await accountPublicKeys(db(), world.accountId, new Date())).map(({ kid, hex }) => ({ kid, key: hex })),
    )
    const binding = { accountKeys, productId: world.product.id, licenseKey: disguise(key) }
    expect(verifyFile(certificate, 'license', binding)).toMatchObject({
      ok: true,
      content: { license: { key } },
    })
    const { key: another } = await makeLicenseOf(world.accountId, world.product)
    expect(verifyFile(certificate, 'license', { ...binding, licenseKey: another }).ok).toBe(false)
  })
})
