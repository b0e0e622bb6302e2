import { spawn, spawnSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { productPublicKeys } from '#lib/vendor/signing/public-keys.ts'
import { makeKeyPair, signRs256 } from '#sdk/testing/forge-token.ts'
import { makeSignedProduct } from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import {
  activateOnline,
  FINGERPRINT,
  issue,
  makeOfflineWorld,
  type OfflineWorld,
  publicKeysOf,
} from '#tests/helpers/offline-world.ts'
import { verifyWithForge } from '#tests/verifiers/forge.ts'
import type { Verdict, VerifyRequest } from '#tests/verifiers/request.ts'

const here = join(import.meta.dirname, '../../verifiers')
const has = (program: string, args: string[]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0
const python = ['python3', '/usr/bin/python3'].find((program) => has(program, ['-c', 'import cryptography']))

let folder: string
let world: OfflineWorld
/** Each issued afresh, by the very verbs that the Web API calls. */
let issued: Record<'license' | 'clear' | 'machine' | 'token', string>

setUpTestDatabase()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-verifiers-'))
  world = await makeOfflineWorld()
  const { activationToken, activationId } = await activateOnline(world)
  const [license, clear, machine] = await Promise.all([
    issue(world, { licenseId: world.license.id }),
    issue(world, { licenseId: world.license.id }, { input: { encrypt: false } }),
    issue(world, { activationId }),
  ])
  issued = {
    license: license.certificate,
    clear: clear.certificate,
    machine: machine.certificate,
    token: activationToken,
  }
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function keysOf({ accountId, product }: Pick<OfflineWorld, 'accountId' | 'product'>) {
  const ofProduct = (await productPublicKeys(db(), accountId, new Date())).get(product.id) ?? []
  return [...(await publicKeysOf(accountId)), ...ofProduct.map((key) => ({ ...key, hex: '' }))]
}

async function requestFor(kind: keyof typeof issued): Promise<VerifyRequest> {
  return {
    kind: kind === 'clear' ? 'license' : kind,
    text: issued[kind],
    keys: await keysOf(world),
    productId: world.product.id,
    licenseKey: world.license.key,
    fingerprint: FINGERPRINT,
    now: new Date(Date.now() + 60_000).toISOString(),
  }
}

function run(program: string, args: string[], input = ''): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
    child.on('error', reject).on('close', (code) => resolve({ code, output }))
    child.stdin.end(input)
  })
}

async function verifyWithPython(request: VerifyRequest): Promise<Verdict> {
  const { output } = await run(python ?? '', [join(here, 'verify.py')], JSON.stringify(request))
  return JSON.parse(output)
}

let runsOfOpenssl = 0
async function verifyWithOpenssl(request: VerifyRequest): Promise<Verdict> {
  runsOfOpenssl += 1
  const work = join(folder, String(runsOfOpenssl))
  await mkdir(work)
  await writeFile(join(work, 'text'), request.text)
  await Promise.all(request.keys.map(({ kid, pem }) => writeFile(join(work, `${kid}.pem`), pem)))
  const { kind, productId, licenseKey, fingerprint, now } = request
  const args = [kind, join(work, 'text'), work, productId, licenseKey, fingerprint, now]
  const { code, output } = await run(join(here, 'openssl.sh'), args)
  return code === 0 ? { ok: true, payload: JSON.parse(output) } : { ok: false, reason: output.trim() }
}

/** The same text with one character of its signed part changed. */
function tamper(text: string): string {
  const at = text.startsWith('-----') ? text.indexOf('\n') + 120 : text.indexOf('.') + 40
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
}

/** The files' signed part starts in the third line; a change there may break the envelope's JSON for some readers. */
function tamperedFile(text: string): string {
  const lines = text.split('\n')
  const envelope = JSON.parse(Buffer.from(lines.slice(1, -2).join(''), 'base64').toString('utf8'))
  const changed = { ...envelope, enc: tamper(`.${envelope.enc}`).slice(1) }
  const body =
    Buffer.from(JSON.stringify(changed))
      .toString('base64')
      .match(/.{1,60}/g) ?? []
  return [lines[0], ...body, ...lines.slice(-2)].join('\n')
}

const verifiers: [string, boolean, (request: VerifyRequest) => Verdict | Promise<Verdict>][] = [
  ['Python’s cryptography', python !== undefined, verifyWithPython],
  ['node-forge', true, verifyWithForge],
  ['the openssl program', has('openssl', ['version']), verifyWithOpenssl],
]

for (const [name, isThere, verify] of verifiers) {
  describe.skipIf(!isThere)(`${name}, which shares no code with the issuer,`, { timeout: 60_000 }, () => {
    test('opens a license file, encrypted or not', async () => {
      for (const kind of ['license', 'clear'] as const) {
        expect(await verify(await requestFor(kind))).toMatchObject({
          ok: true,
          payload: {
            data: { id: world.license.id, type: 'licenses', attributes: { key: world.license.key } },
            meta: { aud: world.product.id, ttl: 30 * 86_400 },
          },
        })
      }
    })

    test('opens a machine file on its machine', async () => {
      expect(await verify(await requestFor('machine'))).toMatchObject({
        ok: true,
        payload: { data: { type: 'machines', attributes: { fingerprint: FINGERPRINT } } },
      })
    })

    test('accepts an activation token (RS256)', async () => {
      expect(await verify(await requestFor('token'))).toMatchObject({
        ok: true,
        payload: {
          lid: world.license.id,
          fp: FINGERPRINT,
          pmd: [],
          lmd: [],
          umd: [],
          amd: [],
          lma: [],
          ama: [],
        },
      })
    })

    test('refuses each of them when one character changed', async () => {
      for (const kind of ['license', 'clear', 'machine', 'token'] as const) {
        const request = await requestFor(kind)
        const text = kind === 'token' ? tamper(request.text) : tamperedFile(request.text)
        expect(await verify({ ...request, text }), kind).toEqual({ ok: false, reason: 'signature' })
      }
    })

    test('refuses each of them for another product of the same vendor', async () => {
      const other = await makeSignedProduct(world.accountId)
      for (const kind of ['license', 'machine', 'token'] as const) {
        const request = await requestFor(kind)
        expect(await verify({ ...request, productId: other.id }), kind).toEqual({
          ok: false,
          reason: 'audience',
        })
      }
    })

    test('refuses what is signed by a key that is not bound: unknown by name, or under the name of another', async () => {
      const foreign = await makeOfflineWorld()
      const [own] = await publicKeysOf(world.accountId)
      const [theirs] = await publicKeysOf(foreign.accountId)
      const request = await requestFor('license')
      const unknown = { ...request, keys: await keysOf(foreign) }
      expect(await verify(unknown)).toEqual({ ok: false, reason: 'key' })
      const renamed = [{ kid: own?.kid ?? '', pem: theirs?.pem ?? '', hex: theirs?.hex ?? '' }]
      expect(await verify({ ...request, keys: renamed })).toEqual({ ok: false, reason: 'signature' })

      const pair = makeKeyPair()
      const token = await requestFor('token')
      const claims = JSON.parse(Buffer.from(token.text.split('.')[1] ?? '', 'base64url').toString('utf8'))
      const forge = (kid: string) => signRs256(claims, pair.privateKey, { alg: 'RS256', typ: 'JWT', kid })
      expect(await verify({ ...token, text: forge(world.product.kid) })).toEqual({
        ok: false,
        reason: 'signature',
      })
      expect(await verify({ ...token, text: forge(foreign.product.kid) })).toEqual({
        ok: false,
        reason: 'key',
      })
    })

    test('refuses another license key, another machine, and a file that has expired', async () => {
      const license = await requestFor('license')
      const machine = await requestFor('machine')
      const other = 'cd'.repeat(32)
      expect(await verify({ ...license, licenseKey: 'WRONG' })).toEqual({ ok: false, reason: 'secret' })
      expect(await verify({ ...machine, fingerprint: other })).toEqual({ ok: false, reason: 'secret' })
      expect(await verify({ ...(await requestFor('token')), fingerprint: other })).toEqual({
        ok: false,
        reason: 'secret',
      })
      const now = new Date(Date.now() + 31 * 86_400_000).toISOString()
      expect(await verify({ ...license, now })).toEqual({ ok: false, reason: 'time' })
    })

    test('refuses a machine file that calls itself a license file', async () => {
      const request = await requestFor('machine')
      const text = request.text.replaceAll('MACHINE', 'LICENSE')
      expect(await verify({ ...request, kind: 'license', text })).toEqual({ ok: false, reason: 'signature' })
      expect(await verify({ ...request, kind: 'license' })).toEqual({ ok: false, reason: 'frame' })
    })
  })
}

test('the published forms of a key are the same key', async () => {
  const [key] = await publicKeysOf(world.accountId)
  const { x = '' } = createPublicKey(key?.pem ?? '').export({ format: 'jwk' })
  expect(Buffer.from(x, 'base64url').toString('hex')).toBe(key?.hex)
})
