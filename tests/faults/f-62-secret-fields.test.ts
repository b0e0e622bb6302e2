import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { overrideEnv } from '#lib/core/env.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { secret, shownFields } from '#lib/core/input/secret.ts'

const root = join(import.meta.dirname, '../..')
const files = globSync('app/**/*actions.ts', { cwd: root })

/** Every name under which a page takes what must not be shown again. */
const SECRET_NAMES = [
  'password',
  'oldPassword',
  'newPassword',
  'token',
  'twoFactorCode',
  'twoFactorRecoveryCode',
]

beforeAll(() =>
  overrideEnv({ SECRET_KEY: 'a test secret of more than thirty-two characters', LOG_LEVEL: 'silent' }),
)

describe('what a refused form shows again', () => {
  test.each(files)('F-62: no action of %s gives a secret back', async (file) => {
    const module: Record<string, unknown> = await import(join(root, file))
    const actions = Object.entries(module).filter(([, value]) => typeof value === 'function')
    expect(actions.length).toBeGreaterThan(0)
    for (const [name, action] of actions) {
      const form = new FormData()
      for (const field of SECRET_NAMES) form.set(field, `hidden-${field}`)
      // Outside of a request every action is refused, as one is that comes from elsewhere.
      const state = await (action as (previous: object, form: FormData) => Promise<{ ok?: boolean }>)(
        {},
        form,
      )
      expect([name, state.ok]).toEqual([name, false])
      expect(JSON.stringify(state)).not.toContain('hidden-')
    }
  })

  test.each([
    ['webhooks/actions.ts', 'createWebhookAction', 'event-license.created'],
    ['webhooks/actions.ts', 'updateWebhookAction', 'event-product.updated'],
    ['tokens/actions.ts', 'createTokenAction', 'scope-license:read'],
    ['products/actions.ts', 'createPriceAction', 'sold'],
  ])('F-62: what was chosen in %s › %s stays chosen: %s', async (file, action, field) => {
    const module = await import(join(root, 'app/dashboard/(app)', file))
    const form = new FormData()
    form.set(field, 'on')
    form.set('nobody-asked-for', 'x')
    expect((await module[action]({}, form)).values).toEqual({ [field]: 'on' })
  })

  test('F-62: no form says for itself which of its fields are secret', () => {
    for (const file of files) expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/secrets:/)
  })

  test('F-62: fields of passwords and codes on any page are among those names', () => {
    const pages = globSync('app/**/*.tsx', { cwd: root }).map((file) =>
      readFileSync(join(root, file), 'utf8'),
    )
    const typed = pages.flatMap((text) =>
      [...text.matchAll(/<(?:input|TextField|Field|PasswordField)\b[^>]*?>/gs)]
        .map(([tag]) => tag)
        .filter((tag) =>
          /type="password"|autoComplete="(one-time-code|current-password|new-password)"/.test(tag),
        )
        .flatMap((tag) => /\bname="(\w+)"/.exec(tag)?.[1] ?? []),
    )
    expect(typed.filter((name) => !SECRET_NAMES.includes(name))).toEqual([])
  })

  const plain = () => z.string()
  test.each([
    ['as it is', z.object({ a: plain(), b: secret(plain()) })],
    ['left out', z.object({ a: plain(), b: secret(plain()).optional() })],
    [
      'with a description',
      z.object({ a: plain(), b: optionalField(secret(plain())).meta({ description: 'x' }) }),
    ],
    ['in a schema that was extended', z.object({ b: secret(plain()) }).extend({ a: plain() })],
    ['behind a transformation', z.object({ a: plain(), b: secret(plain()).transform(String) })],
    ['before one of the whole form', z.preprocess((v) => v, z.object({ a: plain(), b: secret(plain()) }))],
    ['in one of several forms', z.union([z.object({ a: plain() }), z.object({ b: secret(plain()) })])],
    ['in a refined form', z.object({ a: plain(), b: secret(plain()) }).refine(() => true)],
  ])('F-62: a secret is one %s', (_how, schema) => {
    expect([...shownFields(schema)]).toEqual(['a'])
  })

  test('F-62: what a schema does not name is not shown either', () => {
    expect([...shownFields(z.object({}))]).toEqual([])
    expect([...shownFields(z.unknown())]).toEqual([])
  })
})
