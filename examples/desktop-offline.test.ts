import { execFile } from 'node:child_process'
import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, makeClaims, signRs256 } from '../sdk/testing/issue-token.ts'
import { makeProduct, startLicenseServer, type TestServer } from '../sdk/testing/license-server.ts'

const KEY = 'A1B2C3-D4E5F6-A1B2C3-D4E5F6-A1B2C3'
const known = JSON.parse(readFileSync('sdk/known-answers.json', 'utf8'))
const editor = makeProduct('Editor', known.productId)
const NOW = Math.floor(Date.now() / 1000)

let server: TestServer
let dir: string

beforeEach(async () => {
  server = await startLicenseServer([editor], [known.accountKey])
  dir = await mkdtemp(join(tmpdir(), 'latchkey-desktop-'))
})
afterEach(async () => {
  await server.close()
  await rm(dir, { recursive: true })
})

/** Runs the application as a user does, in a process of its own. */
function desktop(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { NODE_ENV: 'test' as const, LATCHKEY_URL: server.url, LATCHKEY_STATE_DIR: dir, ...environment }
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
const alone = {
  LATCHKEY_URL: 'http://127.0.0.1:9',
  LATCHKEY_PRODUCT_ID: editor.id,
  LATCHKEY_PUBLIC_KEY: editor.publicKey,
}

/** Reads a request as the portal does. */
function read(request: string): Record<string, unknown> {
  const [wrapped, iv, data] = request
    .trim()
    .split('.')
    .map((part) => Buffer.from(part, 'base64'))
  if (!wrapped || !iv || !data) throw new Error('not a request')
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const key = privateDecrypt({ key: editor.privateKey, padding, oaepHash: 'sha256' }, wrapped)
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv.toString(), 'hex'))
  decipher.setAuthTag(data.subarray(-16))
  return JSON.parse(
    Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]).toString('utf8'),
  )
}

describe('a computer without a connection', () => {
  it('makes a request, takes the response from a file, runs, and gives the license up again', async () => {
    const asked = await desktop(['offline-request', KEY], alone)
    expect(asked.code, asked.stderr).toBe(0)
    const request = read(asked.stdout)
    expect(request).toMatchObject({ type: 'activate', key: KEY, productId: editor.id })

    const path = join(dir, 'response.txt')
    const claims = { iat: NOW, eat: NOW + 365 * DAY, ssi: 0, ssgpeat: NOW + 30 * DAY, orv: NOW + 30 * DAY }
    const ids = { fp: request.fingerprint, rid: request.requestId, pid: editor.id, key: KEY }
    await writeFile(path, signRs256(makeClaims({ ...claims, ...ids }), editor.privateKey))
    expect(await desktop(['offline-response', path], alone)).toMatchObject({ code: 0, stderr: '' })
    const status = await desktop(['status'], alone)
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('This computer is licensed') })

    const given = await desktop(['offline-deactivate'], alone)
    expect(read(given.stdout)).toMatchObject({
      type: 'deactivate',
      key: KEY,
      fingerprint: request.fingerprint,
    })
    expect((await desktop(['status'], alone)).code).toBe(1)
    expect(await desktop(['offline-response', path], alone)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not the answer'),
    })
    expect(server.requests).toEqual([])
  })

  it('that has met its server once pins what it needs, and no more', async () => {
    const { code, stdout } = await desktop(['offline-request', KEY])
    expect(code).toBe(0)
    expect(read(stdout)).toMatchObject({ productId: editor.id })
    expect(server.requests.map(({ path }) => path)).toEqual(['/.well-known/latchkey.json'])
  })
})

describe('a license file', () => {
  const file = async (text: string) => {
    const path = join(dir, 'license.lic')
    await writeFile(path, text)
    return path
  }
  const [healthy] = known.cases

  it('is checked with the pinned key of the vendor; the known one has long expired', async () => {
    const { code, stdout } = await desktop(['license-file', await file(healthy.text), KEY])
    expect(code).toBe(1)
    expect(stdout).toContain('expired')
    expect(stdout).toContain(KEY)
  })

  it.each([
    ['with another license key', healthy.text, 'WRONG', 'does not open'],
    ['that is none', 'hello', KEY, 'not a license file'],
  ])('%s is refused', async (_title, text, key, sentence) => {
    expect(await desktop(['license-file', await file(text), key])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(sentence),
    })
  })

  it('needs no server where the key is given', async () => {
    const environment = { ...alone, LATCHKEY_ACCOUNT_KEY: known.accountKey.hex }
    const { code, stdout } = await desktop(['license-file', await file(healthy.text), KEY], environment)
    expect({ code, expired: stdout.includes('expired') }).toEqual({ code: 1, expired: true })
  })

  it('that cannot be found is wrong usage', async () => {
    expect((await desktop(['license-file', join(dir, 'none'), KEY])).code).toBe(2)
  })
})
