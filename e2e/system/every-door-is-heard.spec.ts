import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { callApi } from '../support/api.ts'
import { register } from '../support/customer.ts'
import { type Product, runCommand } from '../support/product.ts'
import { rememberSecret } from '../support/run.ts'
import { expect, test } from '../support/test.ts'

/** A host that no name server knows: what is sent there fails without leaving the machine. */
const URL_OF_NOBODY = 'https://hooks.vendor.invalid/latchkey'
const EVENTS = ['user.created', 'license.created', 'license.expired', 'product.key-rotated']
const SCOPES = 'license:write,product:read,webhook:read,webhook:write'
const DAY = 86_400

/** What a webhook of all these events was told so far, in any order. */
async function told(product: Product, token: string): Promise<string[]> {
  const { body } = await callApi(product.url, 'GET', '/v3/webhook-event-logs?limit=100', { token })
  return (body as { event: string }[]).map(({ event }) => event).sort()
}

const doors = [
  { server: 'the Web API past Next', args: [] },
  { server: 'the Web API served by Next', args: ['--next-v3'] },
]

for (const { server, args } of doors) {
  test(`a webhook hears of what a page, ${server}, the worker and the command line record`, async ({
    startOwn,
    openBrowser,
  }) => {
    const own = await startOwn({ args })
    const made = await runCommand(own.dataDir, ['pat', 'create', '--name', 'listener', '--scopes', SCOPES])
    const token = made.stdout.trim()
    rememberSecret('personal access token', token)
    const post = async (path: string, body: unknown) => {
      const answer = await callApi(own.url, 'POST', path, { token, body })
      expect(answer.status, answer.text).toBe(201)
      return answer.body as { id: string }
    }
    await post('/v3/webhooks', { name: 'Everything', url: URL_OF_NOBODY, events: EVENTS })

    await register(await openBrowser({ baseURL: own.url }))
    expect(await told(own, token)).toEqual(['user.created'])

    const [product] = (await callApi(own.url, 'GET', '/v3/products', { token })).body as { id: string }[]
    await post('/v3/licenses', { productId: product?.id, validity: DAY })
    expect(await told(own, token)).toEqual(['license.created', 'user.created'])

    const rotated = await runCommand(own.dataDir, ['key', 'rotate', '--product', product?.id ?? ''])
    expect(rotated.code, rotated.stderr).toBe(0)
    expect(await told(own, token)).toEqual(['license.created', 'product.key-rotated', 'user.created'])

    // What falls due is the worker's to record.
    const secret = readFileSync(join(own.dataDir, 'test-tools-secret'), 'utf8').trim()
    const moved = await callApi(own.url, 'POST', '/_test/clock', {
      body: { advance: 2 * DAY },
      headers: { 'x-latchkey-test-secret': secret },
    })
    expect(moved.status, moved.text).toBe(200)
    await expect.poll(() => told(own, token)).toEqual([...EVENTS].sort())
  })
}
