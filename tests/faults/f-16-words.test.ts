import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensurePortalToken } from '#lib/access/tokens/ensure-portal-token.ts'
import { seedDemo } from '#lib/billing/seed-demo.ts'
import { listTemplates } from '#lib/catalog/templates/list-templates.ts'
import { authorize } from '#lib/core/authorize.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { examine } from '#lib/ops/doctor/examine.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'
import { createTestDatabase } from '#tests/helpers/database.ts'
import { latchkey } from '#tests/helpers/own-process.ts'
import { startVendorApi, type VendorApi } from '#tests/helpers/vendor-api.ts'

const root = join(import.meta.dirname, '../..')

let api: VendorApi

beforeAll(async () => {
  api = await startVendorApi()
})
afterAll(() => api.close())

describe('F-16: documents, words and demo say what is so', () => {
  test('the README names every option of every command that it shows', async () => {
    const readme = (await readFile(join(root, 'README.md'), 'utf8')).replaceAll('\\|', '|')
    const usages: string[] = []
    for await (const file of glob('bin/commands/*.ts', { cwd: root })) {
      const text = await readFile(join(root, file), 'utf8')
      usages.push(...[...text.matchAll(/usage: '([^']*)'/g)].map(([, usage = '']) => usage))
    }
    expect(usages.some((usage) => usage.startsWith('verify-file FILE [--key K] [--fingerprint F]'))).toBe(
      true,
    )
    for (const usage of usages.filter((each) => each.startsWith('verify-file')))
      expect(readme).toContain(usage)
  })

  test.each(['on-premise-floating'])(
    'what is refused to a license that is %s is a sentence',
    async (type) => {
      const product = await api.product({ type })
      const license = await api.make('/v3/licenses', { productId: product.id })
      const device = { fingerprint: 'f'.repeat(64), os: 'linux', hostname: 'desk', accountId: api.accountId }
      const answer = await api.call('/v3/activations', {
        body: { ...device, productId: product.id, key: license.key },
      })
      expect(answer).toMatchObject({
        code: 'INVALID_LICENSE_TYPE',
        body: { message: 'This license is on-premise-floating: it cannot be activated like this.' },
      })
    },
  )

  test('no message puts an article before what it fills in', async () => {
    const found: string[] = []
    for await (const file of glob('{app,lib,sdk,emulator,server,bin,examples}/**/*.{ts,tsx}', {
      cwd: root,
    })) {
      if (/\/handlers\.ts$/.test(file)) continue
      const text = await readFile(join(root, file), 'utf8')
      for (const [phrase] of text.matchAll(/(?<![\w$}] )\b(?:A|An|an) \$?\{\w[^}]*\}/g))
        found.push(`${file}: ${phrase}`)
    }
    expect(found).toEqual([])
  })

  test('a template of the demo that is called a subscription has an interval, the other one has none', async () => {
    await seedDemo(systemContext(api.accountId, 'seed')).catch(() => undefined)
    const ctx = authorize(contextFor(operatorActor(), { accountId: api.accountId }), 'licenseTemplate:read')
    const { items } = await listTemplates(ctx, { ...FIRST_PAGE, limit: 100 })
    const demo = items.filter(({ name }) => name.startsWith('Acme'))
    expect(demo.map(({ name, subscriptionInterval }) => [name, subscriptionInterval])).toEqual([
      ['Acme desktop, 3 devices', null],
      ['Acme subscription, 3 devices', 'P1M'],
    ])
  })

  test('doctor says of the portal token what is so, before the first start and after it', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-words-'))
    const { LICENSING_ACCESS_TOKEN, BILLING_MODE, DATABASE_URL, DATA_DIR } = env()
    overrideEnv({
      LICENSING_ACCESS_TOKEN: undefined,
      BILLING_MODE: 'test',
      DATABASE_URL: undefined,
      DATA_DIR: dataDir,
    })
    try {
      const ctx = systemContext(api.accountId, 'doctor')
      const finding = async () => (await examine(ctx)).find(({ name }) => name.includes('access token'))
      const name = 'the payment path has its access token'
      expect(await finding()).toEqual({ name, ok: true, detail: 'made at the next start' })
      await ensurePortalToken(ctx, dataDir)
      expect(await finding()).toEqual({ name, ok: true })
      await writeFile(join(dataDir, 'licensing-access-token'), 'not a token')
      expect(await finding()).toEqual({ name, ok: true, detail: 'made at the next start' })
    } finally {
      overrideEnv({ LICENSING_ACCESS_TOKEN, BILLING_MODE, DATABASE_URL, DATA_DIR })
      await rm(dataDir, { recursive: true })
    }
  })

  test('a restore that is refused says one sentence, whatever is wrong', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-words-'))
    const database = await createTestDatabase()
    const at = { url: database.url, secretKey: 'a secret key for words that is long enough' }
    try {
      const damaged = join(folder, 'damaged')
      const absent = join(folder, 'absent')
      await writeFile(damaged, 'no backup at all')
      const answers = [
        [damaged, `${damaged} is damaged or not a backup of Latchkey.\n`],
        [absent, `${absent} cannot be read: ENOENT.\n`],
      ]
      for (const [file = '', stderr] of answers) {
        expect(await latchkey(at, 'restore', file)).toEqual({ code: 1, stdout: '', stderr })
      }
    } finally {
      await database.drop()
      await rm(folder, { recursive: true })
    }
  }, 60_000)
})
