import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { webhooks } from '#db/schema/webhooks.ts'
import { type Network, publicNetwork } from '#lib/announce/webhooks/network.ts'
import { postBody } from '#lib/announce/webhooks/post-body.ts'
import { isPublicAddress } from '#lib/announce/webhooks/public-address.ts'
import { updateWebhook } from '#lib/announce/webhooks/update-webhook.ts'
import { authorize } from '#lib/core/authorize.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { updateLicense } from '#lib/licensing/licenses/update-license.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeSignedProduct } from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { loopback, startReceiver, type WebhookReceiver } from '#tests/helpers/webhook-receiver.ts'
import { webhookWorld } from '#tests/helpers/webhook-world.ts'

let receiver: WebhookReceiver
let world: ReturnType<typeof webhookWorld>
let licenseId: string

setUpTestDatabase()
beforeAll(async () => {
  receiver = await startReceiver()
})
afterAll(async () => {
  await receiver.close()
})
beforeEach(async () => {
  overrideEnv({ BILLING_MODE: 'test' })
  receiver.received.length = 0
  receiver.answers.length = 0
  world = webhookWorld((await makeAccount()).id)
  licenseId = (await makeLicenseOf(world.accountId, await makeSignedProduct(world.accountId))).id
})
afterEach(() => overrideEnv({ BILLING_MODE: 'test' }))

const hook = (url = receiver.url) => world.makeWebhook({ url, events: ['license.updated'] })
const change = () => updateLicense(authorize(world.operator(), 'license:write'), licenseId, { notes: 'x' })
const outcome = async () => (await world.rows())[0]

describe('webhooks reach public hosts alone', () => {
  test.each([
    '127.0.0.1',
    '127.255.0.9',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.251',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1111%lo',
    'fec0::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'localhost',
    '',
  ])('%s is not one', (address) => expect(isPublicAddress(address)).toBe(false))

  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s is one', (address) => expect(isPublicAddress(address)).toBe(true))

  test.each([
    'http://127.0.0.1/x',
    'http://2130706433/x',
    'http://0x7f.1/x',
    'http://017700000001/x',
    'http://[::1]/x',
    'http://[::ffff:127.0.0.1]/x',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/x',
    'https://LOCALHOST./x',
    'https://printer.local/x',
    'https://metadata.google.internal/x',
    'https://intranet/x',
    'https://user:password@example.com/x',
    'ftp://example.com/x',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//example.com',
    'not a url',
  ])('a webhook to %s is refused by name of the field, and nothing is written', async (url) => {
    const before = await db().$count(eventLogs)
    const refusal = await refusalOf(hook(url))
    expect(refusal.code).toBe('INVALID_INPUT')
    expect(Object.keys(refusal.fields ?? {})).toEqual(['url'])
    expect(await db().$count(webhooks)).toBe(0)
    expect(await db().$count(eventLogs)).toBe(before)
  })

  test('an installation that takes real money sends over TLS alone: making, changing and sending refuse http', async () => {
    const { id } = await hook()
    await change()
    overrideEnv({ BILLING_MODE: 'off' })
    await world.deliver()
    expect(receiver.received).toEqual([])
    expect(await outcome()).toMatchObject({
      responseStatus: null,
      lastError: 'The URL must start with https://.',
    })
    expect((await outcome())?.deadAt).not.toBeNull()
    const write = authorize(world.operator(), 'webhook:write')
    const refusal = await refusalOf(updateWebhook(write, id, { url: 'http://hooks.example.com/x' }))
    expect(Object.keys(refusal.fields ?? {})).toEqual(['url'])
    await db().delete(webhooks)
  })

  test('a name that leads to this machine is refused for good, and nothing is sent', async () => {
    await hook()
    await change()
    await world.deliver({ ...publicNetwork, resolve: loopback.resolve })
    expect(receiver.received).toEqual([])
    const row = await outcome()
    expect(row).toMatchObject({
      responseStatus: null,
      lastError: 'The address is not a public one.',
      nextAttemptAt: null,
    })
    expect(row?.deadAt).not.toBeNull()
    await db().delete(webhooks)
  })

  test('a name with one public and one private address is refused as a whole', async () => {
    const mixed: Network = {
      ...publicNetwork,
      resolve: async () => [
        { address: '8.8.8.8', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    }
    await expect(
      postBody(receiver.url, { body: '{}', headers: {} }, { network: mixed }),
    ).rejects.toMatchObject({
      reason: 'address-not-allowed',
    })
    expect(receiver.received).toEqual([])
  })

  test('DNS rebinding: the second answer of a name server counts for nothing, the name is asked once', async () => {
    let asked = 0
    // Public the first time, this machine from then on. 127.0.0.2 stands for the public host: it answers, and the receiver
    // is only bound to 127.0.0.1.
    const rebinding: Network = {
      async resolve() {
        asked += 1
        return [{ address: asked === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }]
      },
      allows: (address) => address === '127.0.0.2',
    }
    await expect(
      postBody(receiver.url, { body: '{}', headers: {} }, { network: rebinding }),
    ).rejects.toMatchObject({ reason: 'connection-refused' })
    expect(asked).toBe(1)
    expect(receiver.received).toEqual([])
  })

  test.each([301, 302, 303, 307, 308])(
    'a redirect (%i) to this machine is a failure and is not followed',
    async (status) => {
      const inner = await startReceiver()
      try {
        await hook()
        receiver.answers.push({ status, headers: { location: `http://127.0.0.1:${inner.port}/` } })
        await change()
        await world.deliver()
        expect(receiver.received).toHaveLength(1)
        expect(inner.received).toEqual([])
        expect(await outcome()).toMatchObject({
          responseStatus: status,
          deliveredAt: null,
          lastError: `It answered ${status}: redirects are not followed.`,
        })
      } finally {
        await inner.close()
        await db().delete(webhooks)
      }
    },
  )
})

describe('a receiver that misbehaves', () => {
  test('and never answers is given up after the time limit', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const sent = postBody(
      `http://slow.vendor.test:${port}/`,
      { body: '{}', headers: {} },
      { network: loopback, timeoutMs: 200 },
    )
    await expect(sent).rejects.toMatchObject({ reason: 'timeout' })
    silent.close()
  })

  test('in a name server that never answers neither', async () => {
    const never: Network = { ...loopback, resolve: () => new Promise(() => undefined) }
    const sent = postBody(receiver.url, { body: '{}', headers: {} }, { network: never, timeoutMs: 200 })
    await expect(sent).rejects.toMatchObject({ reason: 'timeout' })
  })

  test('and answers megabytes is not read to the end; its status counts', async () => {
    receiver.answers.push({ status: 200, body: 'x'.repeat(5_000_000) })
    expect(await postBody(receiver.url, { body: '{}', headers: {} }, { network: loopback })).toEqual({
      status: 200,
    })
  })

  test('and is not there is a refused connection, tried again', async () => {
    const gone = await startReceiver()
    await gone.close()
    await hook(gone.url)
    await change()
    await world.deliver()
    const row = await outcome()
    expect(row).toMatchObject({
      responseStatus: null,
      lastError: 'The connection was refused.',
      deadAt: null,
    })
    expect(row?.nextAttemptAt).not.toBeNull()
    await db().delete(webhooks)
  })

  test('and speaks no TLS is told apart', async () => {
    const sent = postBody(
      `https://hooks.vendor.test:${receiver.port}/`,
      { body: '{}', headers: {} },
      { network: loopback },
    )
    await expect(sent).rejects.toMatchObject({ reason: 'tls-failed' })
  })
})
