import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY, type Portal, startPortal } from '#tests/helpers/portal.ts'
import { textOf } from '../sdk/json.ts'

let portal: Portal
let dir: string
let license: { id: string; key: string }

beforeAll(async () => {
  portal = await startPortal()
})
afterAll(() => portal.close())
beforeEach(async () => {
  license = await portal.license()
  dir = await mkdtemp(join(tmpdir(), 'latchkey-desktop-'))
  portal.requests.length = 0
})
afterEach(() => rm(dir, { recursive: true }))

/** Runs the application as a user does, in a process of its own. */
function desktop(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { NODE_ENV: 'test' as const, LATCHKEY_URL: portal.url, LATCHKEY_STATE_DIR: dir, ...environment }
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['examples/desktop-app.ts', ...args],
      { env },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

/** Without any server at all; what the application must know is compiled in. */
const alone = () => ({
  LATCHKEY_URL: 'http://127.0.0.1:9',
  LATCHKEY_PRODUCT_ID: portal.product.id,
  LATCHKEY_PUBLIC_KEY: portal.product.publicKey,
})

/** Somebody brings the request to the portal and its response back. */
async function bring(offlineRequest: string): Promise<string> {
  const body = { licenseId: license.id, offlineRequest, responseValidity: 30 * DAY }
  const path = join(dir, 'response.txt')
  await writeFile(
    path,
    textOf(await portal.vendor('/v3/activations/offline-activate', body), 'offlineResponse'),
  )
  return path
}

describe('a computer without a connection', () => {
  it('makes a request, takes the response from a file, runs, and gives the license up again', async () => {
    await portal.feature('cloud', 'Cloud storage')
    await portal.change(license, { entitlements: [{ name: 'cloud', value: '10 GB' }] })
    const asked = await desktop(['offline-request', license.key], alone())
    expect(asked.code, asked.stderr).toBe(0)
    expect(portal.requests).toEqual([])

    const path = await bring(asked.stdout)
    expect(await portal.devices(license)).toHaveLength(1)
    expect(await desktop(['offline-response', path], alone())).toMatchObject({ code: 0, stderr: '' })
    const status = await desktop(['status'], alone())
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('This computer is licensed') })
    expect(status.stdout).toContain('Cloud storage: 10 GB')
    expect((await desktop(['feature', 'cloud'], alone())).code).toBe(0)

    const given = await desktop(['offline-deactivate'], alone())
    const body = { licenseId: license.id, offlineRequest: given.stdout }
    await portal.vendor('/v3/activations/offline-deactivate', body)
    expect(await portal.devices(license)).toEqual([])
    expect((await desktop(['status'], alone())).code).toBe(1)
    expect(await desktop(['offline-response', path], alone())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not the answer'),
    })
    expect(portal.requests).toEqual([])
  })

  it('whose clock was weeks ahead once is let in again by a fresh response', async () => {
    const take = async () => {
      const asked = await desktop(['offline-request', license.key], alone())
      return desktop(['offline-response', await bring(asked.stdout)], alone())
    }
    expect((await take()).code).toBe(0)
    // What the application remembers after a day with the wrong date.
    const ahead = Math.floor(Date.now() / 1000) + 20 * DAY
    const [memory = ''] = (await readdir(dir, { recursive: true })).filter((name) =>
      name.endsWith('latest-time'),
    )
    await writeFile(join(dir, memory), String(ahead))
    expect(await desktop(['status'], alone())).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('take a fresh response'),
    })
    expect((await take()).code).toBe(0)
    expect((await desktop(['status'], alone())).code).toBe(0)
  })

  it('that has met its server once pins what it needs, and no more', async () => {
    const { code, stdout } = await desktop(['offline-request', license.key])
    expect(code).toBe(0)
    expect(portal.requests.map(({ path }) => path)).toEqual(['/.well-known/latchkey.json'])
    await bring(stdout)
    expect(await portal.devices(license)).toHaveLength(1)
  })
})

describe('a license file', () => {
  /** A file that the portal makes, on this computer. */
  const file = async (fields: object = {}) => {
    const made = await portal.vendor(`/v3/licenses/${license.id}/files`, fields)
    return { path: await keep(textOf(made, 'certificate')), text: textOf(made, 'certificate') }
  }
  const keep = async (text: string) => {
    const path = join(dir, 'license.lic')
    await writeFile(path, text)
    return path
  }

  it('is checked with the pinned key of the vendor, and names what the license allows', async () => {
    await portal.feature('sound', 'Sound')
    await portal.change(license, { entitlements: [{ name: 'sound', value: 'stereo' }] })
    const { code, stdout } = await desktop(['license-file', (await file()).path, license.key])
    expect(code).toBe(0)
    expect(stdout).toContain('licensed by the file')
    expect(stdout).toContain(license.key)
    expect(stdout).toContain('Sound: stereo')
  })

  it('with another license key is refused', async () => {
    expect(await desktop(['license-file', (await file()).path, 'WRONG'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('does not open'),
    })
  })

  it('that is none is refused', async () => {
    expect(await desktop(['license-file', await keep('hello'), license.key])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('not a license file'),
    })
  })

  it('needs no server where the key is given', async () => {
    const [accountKey] = await portal.accountKeys()
    const environment = { ...alone(), LATCHKEY_ACCOUNT_KEY: accountKey?.key ?? '' }
    portal.requests.length = 0
    const { code, stdout } = await desktop(['license-file', (await file()).path, license.key], environment)
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('licensed by the file'),
    })
    expect(portal.requests).toEqual([])
  })

  it('that cannot be found is wrong usage', async () => {
    expect((await desktop(['license-file', join(dir, 'none'), license.key])).code).toBe(2)
  })
})
