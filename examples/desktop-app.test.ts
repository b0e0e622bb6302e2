import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY } from '../sdk/testing/issue-token.ts'
import { makeProduct, startLicenseServer, type TestServer } from '../sdk/testing/license-server.ts'

const KEY = 'A1B2C3-D4E5F6-A1B2C3-D4E5F6-A1B2C3'
const viewer = makeProduct('Viewer', '0190b8a2-7c1e-7b52-9d3a-000000000001')
const editor = makeProduct('Editor', '0190b8a2-7c1e-7b52-9d3a-000000000002')
const NOW = Math.floor(Date.now() / 1000)
const CURRENT = { eat: NOW + 365 * DAY }

let server: TestServer
let dir: string
/** The editor as this test's server has it. */
let served: typeof editor

beforeEach(async () => {
  served = { ...editor }
  server = await startLicenseServer([viewer, served])
  server.state.now = NOW
  server.licenses.set(KEY, { productId: editor.id, allowed: 3, claims: CURRENT })
  dir = await mkdtemp(join(tmpdir(), 'latchkey-desktop-'))
})

afterEach(async () => {
  await server.close()
  await rm(dir, { recursive: true })
})

type Run = { code: number; stdout: string; stderr: string }

/** Runs the application as a user does, in a process of its own. */
function desktop(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Run> {
  const env = { NODE_ENV: 'test' as const, LATCHKEY_URL: server.url, LATCHKEY_STATE_DIR: dir, ...environment }
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['examples/desktop-app.ts', ...args],
      { env },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

const askedForProducts = () =>
  server.requests.filter(({ path }) => path === '/.well-known/latchkey.json').length

describe('the desktop application', () => {
  it('activates with a key alone, finds its product and says what the license allows', async () => {
    const { code, stdout, stderr } = await desktop(['activate', KEY])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Activated. This computer is device 1 of 3.')
    expect(stdout).toContain('Editor')
    expect(stdout).toContain('node-locked')
    expect(stdout).toContain('seats: 5')
    expect(stdout).toContain(new Date((NOW + 365 * DAY) * 1000).toISOString().slice(0, 10))
    expect(stdout).toContain('Next sync')
    expect(stdout).toContain('Grace period')
    expect(askedForProducts()).toBe(1)
  })

  it('runs on the stored token with the server stopped, and says until when', async () => {
    await desktop(['activate', KEY])
    await server.close()
    const { code, stdout } = await desktop([])
    expect(code).toBe(0)
    const until = new Date((NOW + 7 * DAY) * 1000).toISOString().slice(0, 16).replace('T', ' ')
    expect(stdout).toContain(`Without the license server it runs until ${until} UTC.`)
    const sync = await desktop(['sync'])
    expect(sync.code).toBe(0)
    expect(sync.stderr).toContain('cannot be reached')
  })

  it('does not run after the grace period, and says why', async () => {
    server.licenses.set(KEY, { productId: editor.id, allowed: 3, claims: { ...CURRENT, ssgpeat: NOW - 60 } })
    await desktop(['activate', KEY])
    await server.close()
    const { code, stdout } = await desktop(['status'])
    expect(code).toBe(1)
    expect(stdout).toContain('not licensed')
    expect(stdout).toContain('grace period ended')
  })

  it('synchronizes, and learns of a suspension', async () => {
    await desktop(['activate', KEY])
    expect(await desktop(['sync'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Synchronized'),
    })
    server.licenses.set(KEY, { productId: editor.id, allowed: 3, claims: { ...CURRENT, suspended: true } })
    expect(await desktop(['sync'])).toMatchObject({ code: 1, stdout: expect.stringContaining('suspended') })
    expect((await desktop(['status'])).code).toBe(1)
  })

  it('deactivates and is not licensed from then on', async () => {
    await desktop(['activate', KEY])
    expect((await desktop(['deactivate'])).code).toBe(0)
    expect(server.activations.size).toBe(0)
    expect(await desktop(['status'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('not activated'),
    })
    expect((await desktop(['deactivate'])).code).toBe(1)
  })

  it('refuses an unknown key and keeps nothing but the pinned products', async () => {
    const { code, stderr } = await desktop(['activate', 'WRONG-KEY'])
    expect(code).toBe(1)
    expect(stderr).toContain('license key is not known')
    const files = await readdir(dir, { recursive: true })
    expect(files.filter((file) => file.endsWith('license.jwt'))).toEqual([])
    expect((await desktop([])).code).toBe(1)
  })

  it('before any activation says so without asking the server', async () => {
    expect(await desktop([])).toMatchObject({ code: 1, stdout: expect.stringContaining('not activated') })
    expect(server.requests).toEqual([])
  })
})

describe('the pinned key', () => {
  it('is asked for once, and a server that takes its place with another key is refused', async () => {
    await desktop(['activate', KEY])
    await desktop(['activate', KEY])
    expect(askedForProducts()).toBe(1)
    const stored = await readFile(join(dir, await pinPath()), 'utf8')
    served.privateKey = viewer.privateKey
    const { code, stderr } = await desktop(['activate', KEY])
    expect(code).toBe(1)
    expect(stderr).toContain('SIGNATURE_INVALID')
    expect(stderr).toContain('products.json')
    expect(await readFile(join(dir, await pinPath()), 'utf8')).toBe(stored)
  })

  const pinPath = async () =>
    (await readdir(dir, { recursive: true })).find((file) => file.endsWith('products.json')) ?? ''
})

describe('product id and key from the environment', () => {
  const own = makeProduct('Own', '0190b8a2-7c1e-7b52-9d3a-000000000003')

  it.each([
    ['as PEM', (pem: string) => pem],
    ['with escaped line breaks', (pem: string) => pem.replaceAll('\n', '\\n')],
  ])('%s are used without asking the server', async (_title, write) => {
    const environment = { LATCHKEY_PRODUCT_ID: viewer.id, LATCHKEY_PUBLIC_KEY: write(viewer.publicKey) }
    server.licenses.set(KEY, { productId: viewer.id, allowed: 3, claims: CURRENT })
    expect((await desktop(['activate', KEY], environment)).code).toBe(0)
    expect((await desktop([], environment)).code).toBe(0)
    expect(askedForProducts()).toBe(0)
  })

  it('may name a file', async () => {
    await writeFile(join(dir, 'key.pem'), own.publicKey)
    const environment = { LATCHKEY_PRODUCT_ID: own.id, LATCHKEY_PUBLIC_KEY: join(dir, 'key.pem') }
    expect(await desktop(['activate', KEY], environment)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not know this product'),
    })
  })
})

describe('wrong usage', () => {
  it.each([[['fly']], [['activate']], [['activate', 'a', 'b']], [['status', 'x']], [['constructor']]])(
    '%j shows the usage with exit code 2',
    async (args) => {
      expect(await desktop(args)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('npm run desktop'),
      })
    },
  )

  it.each([
    [{ LATCHKEY_URL: 'ftp://x' }, 'LATCHKEY_URL'],
    [{ LATCHKEY_PUBLIC_KEY: viewer.publicKey }, 'LATCHKEY_PRODUCT_ID'],
    [{ LATCHKEY_PUBLIC_KEY: '/no/such/file', LATCHKEY_PRODUCT_ID: 'x' }, 'LATCHKEY_PUBLIC_KEY'],
    [{ LATCHKEY_PUBLIC_KEY: viewer.privateKey, LATCHKEY_PRODUCT_ID: 'x' }, 'publicKey'],
  ])('%# names what is wrong', async (environment, name) => {
    expect(await desktop([], environment)).toMatchObject({ code: 2, stderr: expect.stringContaining(name) })
  })

  it('--help explains everything and is no error', async () => {
    expect(await desktop(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('LATCHKEY_STATE_DIR'),
    })
  })
})
