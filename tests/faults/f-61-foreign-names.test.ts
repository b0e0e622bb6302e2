import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { ResourceLink } from '#app/dashboard/_ui/event-parts.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { History } from '#app/me/licenses/[id]/history.tsx'
import { unitsOf } from '#emulator/billing/currencies.ts'
import { readFaults } from '#emulator/faults/read-faults.ts'
import { mergeMetadata } from '#emulator/resources/metadata.ts'
import { sentenceFor } from '#sdk/errors.ts'
import { makeWorld, type World } from '#tests/factories/world.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'
import { filesBelow } from '#tests/helpers/files-below.ts'

/** What every object answers to, though nobody gave it to it. */
const INHERITED = [
  '__proto__',
  ...Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== '__proto__'),
]

let api: ApiServer
let world: World

beforeAll(async () => {
  api = await startApiServer({ connections: 6 })
  world = await makeWorld(api)
}, 60_000)
afterAll(() => api.close())

describe('F-61: a name that every object has by birth is an unknown name', () => {
  test.each(INHERITED)(
    'F-61: %s as a done word, a state, an event or a resource is shown like any unknown one',
    async (name) => {
      const notice = await Notice({
        searchParams: Promise.resolve({ done: name }),
        texts: { deleted: 'Gone.' },
      })
      expect(notice).toBeNull()
      const shown = (element: ReactElement) => renderToStaticMarkup(element)
      expect(shown(StatusBadge({ status: name }))).toContain('bg-base-200')
      expect(shown(ResourceLink({ resource: name, id: world.license.id }))).not.toContain('href')
      const entry = { id: '1', event: name, createdAt: '2027-01-31T12:00:00.000Z', device: null }
      expect(shown(History({ entries: [entry] }))).toContain('License changed')
    },
  )

  test.each(INHERITED)(
    'F-61: %s as a filter, a sort, an event, a scope or a field is refused by name',
    async (name) => {
      const token = world.pat
      const encoded = encodeURIComponent(name)
      for (const query of [
        `${encoded}[eq]=1`,
        `sort=${encoded}`,
        `createdAt[${encoded}]=1`,
        `${encoded}=%00`,
      ]) {
        const answer = await api.call(`/v3/licenses?${query}`, { token })
        expect([query, answer.status, Object.keys(Object(Object(answer.body).fields))]).toEqual([
          query,
          400,
          [query.startsWith('sort') ? 'sort' : decodeURIComponent(query.split('=')[0] ?? '')],
        ])
      }
      const plain = await api.call(`/v3/licenses?${encoded}=1`, { token })
      expect([plain.status, plain.headers.get('latchkey-ignored')]).toEqual([200, encoded])
      const url = 'https://hooks.example.com/x'
      const webhook = await api.call('/v3/webhooks', { token, body: { name: 'x', url, events: [name] } })
      const pat = await api.call('/v3/personal-access-tokens', { token, body: { name: 'x', scopes: [name] } })
      const role = await api.call('/v3/roles', { token, body: { name: 'x', claims: [name] } })
      const mail = await api.call('/v3/automated-emails', {
        token,
        body: { name: 'x', subject: 'x', body: 'x', event: name },
      })
      const license = await api.call('/v3/licenses', {
        token,
        body: { productId: world.product.id, type: name, expirationStrategy: name },
      })
      expect([webhook, pat, role, mail, license].map(({ status }) => status)).toEqual([
        400, 400, 400, 400, 400,
      ])
      const kept = await api.call(`/v3/licenses/${world.license.id}`, {
        method: 'PATCH',
        token,
        body: { metadata: [{ key: name, value: 'kept' }] },
      })
      expect(Object(kept.body).metadata).toContainEqual(expect.objectContaining({ key: name, value: 'kept' }))
    },
  )

  test('F-61: the client’s sentences, the Stripe emulator’s currencies, faults and metadata know no such name', () => {
    for (const name of INHERITED) {
      expect(sentenceFor(name, 'as the server says')).toBe('as the server says')
      expect(unitsOf(name)).toEqual({ decimals: 2, step: 1 })
      const fault = JSON.parse(`{"action":"slow","${name}":1}`)
      expect(() => readFaults({ api: [fault] })).toThrow(/Invalid api/)
      const merged = mergeMetadata({}, JSON.parse(`{"${name}":"kept"}`))
      expect(Object.entries(merged)).toEqual([[name, 'kept']])
    }
  })

  test('F-61: whatever the name is, an error’s own sentence is a text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...INHERITED), fc.string()), (code) => {
        expect(typeof sentenceFor(code, '')).toBe('string')
      }),
    )
  })
})

describe('F-61: tables are looked up by foreign names through a Map', () => {
  const root = join(import.meta.dirname, '../..')
  const files = ['app', 'lib', 'server', 'bin', 'db', 'sdk', 'emulator', 'examples'].flatMap((folder) =>
    filesBelow(join(root, folder)).filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.')),
  )
  /** An object that takes any text for a name, filled where it stands: `const X: Record<string, …> = { a: … }`. */
  const OPEN_TABLE =
    /^(?:export )?const \w+: (?:Readonly<|Partial<)*(?:Record<string,|\{ \[\w+: string\])(?:[^=\n]|=>)*= \{(?!\})/m
  /** Silences the compiler, which else refuses to look a text up in a closed table. */
  const CAST = /\[[^\]\n]+ as keyof typeof \w+\]/

  test('F-61: no constant of the tree is a table with open names, and no name is cast to one of a table', () => {
    expect(files.length).toBeGreaterThan(900)
    const found = files.filter((file) => {
      const text = readFileSync(file, 'utf8')
      return OPEN_TABLE.test(text) || CAST.test(text)
    })
    expect(found).toEqual([])
  })

  test('F-61: the rule finds what it is for', () => {
    expect(OPEN_TABLE.test("const NOTICES: Record<string, string> = {\n  a: 'b',\n}")).toBe(true)
    expect(OPEN_TABLE.test('export const T: Readonly<Record<string, (a: number) => void>> = { a: f }')).toBe(
      true,
    )
    expect(CAST.test('NOTICES[done as keyof typeof NOTICES]')).toBe(true)
  })

  test('F-61: the compiler refuses the rest: a text is no name of a closed table', () => {
    const { compilerOptions } = z
      .object({ compilerOptions: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')))
    expect(compilerOptions).toMatchObject({ strict: true, noUncheckedIndexedAccess: true })
  })
})
