import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY, type Portal, type PortalProduct, startPortal } from '#tests/helpers/portal.ts'
import { makeKeyPair } from '../sdk/testing/forge-token.ts'

let portal: Portal
let viewer: PortalProduct
let dir: string
let license: { id: string; key: string }

beforeAll(async () => {
  portal = await startPortal()
  viewer = await portal.makeProduct('Viewer')
})
afterAll(() => portal.close())

beforeEach(async () => {
  const expiresAt = new Date(Date.now() + 365 * DAY * 1000).toISOString()
  license = await portal.license({ expiresAt, metadata: [SEATS] })
  dir = await mkdtemp(join(tmpdir(), 'latchkey-desktop-'))
  portal.requests.length = 0
})
afterEach(() => rm(dir, { recursive: true }))

const SEATS = { key: 'seats', value: '5', viewPermissions: ['activation'] }
/** Where nobody answers. */
const unplugged = (): Record<string, string> => ({
  LATCHKEY_URL: 'http://127.0.0.1:9',
  LATCHKEY_PRODUCT_ID: portal.product.id,
  LATCHKEY_PUBLIC_KEY: portal.product.publicKey,
})
const compiledIn = (): Record<string, string> => ({
  LATCHKEY_PRODUCT_ID: portal.product.id,
  LATCHKEY_PUBLIC_KEY: portal.product.publicKey,
})

type Run = { code: number; stdout: string; stderr: string }

/** Runs the application as a user does, in a process of its own. */
function desktop(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Run> {
  const env = { NODE_ENV: 'test' as const, LATCHKEY_URL: portal.url, LATCHKEY_STATE_DIR: dir, ...environment }
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
  portal.requests.filter(({ path }) => path === '/.well-known/latchkey.json').length

describe('the desktop application', () => {
  it('activates with a key alone, finds its product and says what the license allows', async () => {
    const { code, stdout, stderr } = await desktop(['activate', license.key])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Activated. This computer is device 1 of 3.')
    expect(stdout).toContain('Editor')
    expect(stdout).toContain('node-locked')
    expect(stdout).toContain('seats: 5')
    expect(stdout).toContain(new Date(Date.now() + 365 * DAY * 1000).toISOString().slice(0, 10))
    expect(stdout).toContain('Next sync')
    expect(stdout).toContain('Grace period')
    expect(askedForProducts()).toBe(1)
  })

  it('names the features that were bought, and answers for each whether the license allows it', async () => {
    await portal.feature('cloud', 'Cloud storage')
    const { key } = await portal.license({ entitlements: [{ name: 'cloud', value: '10 GB' }] })
    expect((await desktop(['activate', key])).stdout).toContain('Cloud storage: 10 GB')
    expect(await desktop(['feature', 'cloud'])).toMatchObject({ code: 0, stdout: 'cloud: 10 GB\n' })
    expect(await desktop(['feature', 'clouds'])).toMatchObject({
      code: 1,
      stdout: 'The license does not allow clouds.\n',
    })
  })

  it('runs on the stored token with the server away, and says until when', async () => {
    await desktop(['activate', license.key])
    const until = new Date(Date.now() + 7 * DAY * 1000).toISOString().slice(0, 10)
    const away = { status: 502, body: 'bad gateway' }
    const { code, stdout } = await desktop([])
    expect(code).toBe(0)
    expect(stdout).toContain(`Without the license server it runs until ${until}`)
    portal.staged.push(away)
    const sync = await desktop(['sync'])
    expect(sync.code).toBe(0)
    expect(sync.stderr).toContain('unexpected answer')
  })

  it('without any network activates nothing and says why', async () => {
    const { code, stderr } = await desktop(['activate', license.key], unplugged())
    expect(code).toBe(1)
    expect(stderr).toContain('cannot be reached')
    expect(await portal.devices(license)).toEqual([])
  })

  it('does not run after the grace period, and says why', async () => {
    const { key } = await portal.license({ serverSyncGracePeriod: 0 })
    // Signed a minute ago.
    portal.advance(-60)
    await desktop(['activate', key], compiledIn())
    portal.advance(60)
    const { code, stdout } = await desktop(['status'], compiledIn())
    expect(code).toBe(1)
    expect(stdout).toContain('not licensed')
    expect(stdout).toContain('grace period ended')
  })

  it('synchronizes, and learns of a suspension', async () => {
    await desktop(['activate', license.key])
    expect(await desktop(['sync'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Synchronized'),
    })
    await portal.change(license, { suspended: true })
    expect(await desktop(['sync'])).toMatchObject({ code: 1, stdout: expect.stringContaining('suspended') })
    expect((await desktop(['status'])).code).toBe(1)
  })

  it('tries the product without a license, and says until when', async () => {
    const policy = await portal.vendor('/v3/trial-policies', { name: 'Two weeks', trialLength: 14 * DAY })
    const product = await portal.makeProduct('Tried', { trialPolicyId: policy.id })
    const environment = { LATCHKEY_PRODUCT_ID: product.id, LATCHKEY_PUBLIC_KEY: product.publicKey }
    const { code, stdout } = await desktop(['trial'], environment)
    expect(code).toBe(0)
    const until = new Date(Date.now() + 14 * DAY * 1000).toISOString().slice(0, 10)
    expect(stdout).toContain(`This is a trial. It runs until ${until}`)
    expect(await desktop(['status'], environment)).toMatchObject({ code: 0 })
    expect(await desktop(['deactivate'], environment)).toMatchObject({ code: 1 })
  })

  it('deactivates and is not licensed from then on', async () => {
    await desktop(['activate', license.key])
    expect((await desktop(['deactivate'])).code).toBe(0)
    expect(await portal.devices(license)).toEqual([])
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
    expect(portal.requests).toEqual([])
  })
})

describe('the pinned key', () => {
  it('is asked for once, and a server that takes its place with another key is refused', async () => {
    await desktop(['activate', license.key])
    await desktop(['activate', license.key])
    expect(askedForProducts()).toBe(1)
    const stored = await readFile(join(dir, await pinPath()), 'utf8')
    const path = join(dir, await pinPath())
    // Another vendor's server in the place of this one: here its key is the one that was pinned.
    await writeFile(path, stored.replaceAll(escaped(portal.product.publicKey), escaped(viewer.publicKey)))
    const forged = await readFile(path, 'utf8')
    const { code, stderr } = await desktop(['activate', license.key])
    expect(code).toBe(1)
    expect(stderr).toContain('SIGNATURE_INVALID')
    expect(stderr).toContain('products.json')
    expect(await readFile(path, 'utf8')).toBe(forged)
  })

  const escaped = (pem: string) => JSON.stringify(pem).slice(1, -1)
  const pinPath = async () =>
    (await readdir(dir, { recursive: true })).find((file) => file.endsWith('products.json')) ?? ''
})

describe('product id and key from the environment', () => {
  it.each([
    ['as PEM', (pem: string) => pem],
    ['with escaped line breaks', (pem: string) => pem.replaceAll('\n', '\\n')],
  ])('%s are used without asking the server', async (_title, write) => {
    const environment = { LATCHKEY_PRODUCT_ID: viewer.id, LATCHKEY_PUBLIC_KEY: write(viewer.publicKey) }
    const { key } = await portal.license({}, viewer)
    expect((await desktop(['activate', key], environment)).code).toBe(0)
    expect((await desktop([], environment)).code).toBe(0)
    expect(askedForProducts()).toBe(0)
  })

  it('may name a file', async () => {
    await writeFile(join(dir, 'key.pem'), makeKeyPair().publicKey)
    const unknown = '0190b8a2-7c1e-7b52-9d3a-000000000003'
    const environment = { LATCHKEY_PRODUCT_ID: unknown, LATCHKEY_PUBLIC_KEY: join(dir, 'key.pem') }
    expect(await desktop(['activate', license.key], environment)).toMatchObject({
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

  const keys = makeKeyPair()
  it.each([
    [{ LATCHKEY_URL: 'ftp://x' }, 'LATCHKEY_URL'],
    [{ LATCHKEY_PUBLIC_KEY: keys.publicKey }, 'LATCHKEY_PRODUCT_ID'],
    [{ LATCHKEY_PUBLIC_KEY: '/no/such/file', LATCHKEY_PRODUCT_ID: 'x' }, 'LATCHKEY_PUBLIC_KEY'],
    [{ LATCHKEY_PUBLIC_KEY: keys.privateKey, LATCHKEY_PRODUCT_ID: 'x' }, 'publicKey'],
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
