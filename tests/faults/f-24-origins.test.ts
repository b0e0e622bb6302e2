import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEmulator } from '#emulator/server.ts'
import { memoryStorage } from '#emulator/storage/memory.ts'
import { parseEnv } from '#lib/core/env.ts'
import { httpOrigin, ownOrigin } from '#lib/core/http-origin.ts'

test.each([
  ['::1', 'http://[::1]:3000'],
  ['0:0:0:0:0:0:0:1', 'http://[::1]:3000'],
  ['2001:db8::7', 'http://[2001:db8::7]:3000'],
  ['127.0.0.1', 'http://127.0.0.1:3000'],
  ['localhost', 'http://localhost:3000'],
  ['0.0.0.0', 'http://127.0.0.1:3000'],
  ['::', 'http://127.0.0.1:3000'],
  ['0:0:0:0:0:0:0:0', 'http://127.0.0.1:3000'],
])('F-24: a server that listens on %s is reached at %s, and people are told that address', (host, origin) => {
  expect(ownOrigin(host, 3000)).toBe(origin)
  const { HOST, PORT, PUBLIC_URL } = parseEnv({
    HOST: host,
    SECRET_KEY: 'x'.repeat(32),
    DATABASE_URL: 'postgres://db/x',
  })
  expect(ownOrigin(HOST, PORT)).toBe(origin)
  expect(PUBLIC_URL).toBe(origin)
})

test('F-24: whatever the address, its origin names that host and port again', () => {
  const port = fc.integer({ min: 1, max: 65_535 })
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), port, (host, at) => {
      const url = new URL(httpOrigin(host, at))
      expect(Number(url.port || 80)).toBe(at)
      expect(url.hostname).toBe(new URL(`http://${host.includes(':') ? `[${host}]` : host}`).hostname)
      expect([url.pathname, url.search, url.username]).toEqual(['/', '', ''])
    }),
  )
})

test('F-24: the payment emulator names its own pages at the address that it listens on', async () => {
  const answered: string[] = []
  const emulator = createEmulator({
    storage: memoryStorage(),
    clock: { now: () => new Date() },
    secretKeys: ['sk_test_x'],
  })
  const { port, close } = await emulator.listen(0, '::1')
  const body =
    'mode=payment&success_url=https://x.example&line_items[0][price_data][currency]=eur&line_items[0][price_data][product_data][name]=x&line_items[0][price_data][unit_amount]=500&line_items[0][quantity]=1'
  const response = await fetch(`${httpOrigin('::1', port)}/v1/checkout/sessions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_x', 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  const { url } = (await response.json()) as { url: string }
  answered.push(new URL(url).host)
  await close()
  expect(answered).toEqual([`[::1]:${port}`])
})

test('F-24: no address is put together from a host and a port as text', () => {
  const root = join(import.meta.dirname, '../..')
  const folders = ['app', 'lib', 'server', 'db', 'bin', 'emulator', 'sdk', 'scripts']
  const found = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !/\.test\./.test(file))
      .filter((file) => /:\/\/\$\{[^}]*\}:\$\{/.test(readFileSync(join(root, folder, file), 'utf8')))
      .map((file) => `${folder}/${file}`),
  )
  expect(found).toEqual([])
})
