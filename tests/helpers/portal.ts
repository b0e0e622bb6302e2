import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as latchkeyJson from '#app/.well-known/latchkey.json/route.ts'
import * as revocationsJson from '#app/.well-known/revocations.json/route.ts'
import { db } from '#db/client.ts'
import { createPersonalAccessToken } from '#lib/access/tokens/create-personal-access-token.ts'
import { authorize } from '#lib/core/authorize.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import { consoleContext } from '#lib/core/system-context.ts'
import { productPrivateKeys } from '#lib/vendor/signing/product-private-keys.ts'
import { createLatchkey } from '#sdk/client.ts'
import type { LatchkeyOptions } from '#sdk/context.ts'
import { isJsonObject, type JsonObject, objectsOf, parseJson, textOf } from '#sdk/json.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { startApiServer } from './api-server.ts'

export const DAY = 86_400
export const FINGERPRINT = 'ab'.repeat(32)

/** A request that reached the portal. */
export interface SeenRequest {
  method: string
  path: string
  body: JsonObject
  authorization: string | undefined
}

/** What is answered in the server's place: a failure on the way, or something played back. */
export interface StagedAnswer {
  status: number
  body: unknown
  headers?: Readonly<Record<string, string>>
}

export interface PortalProduct {
  id: string
  name: string
  publicKey: string
  licenseTemplateId: string
}

export type Portal = Awaited<ReturnType<typeof startPortal>>

/**
 * The real server on a database of its own, with one vendor and everything made through its Web API. Requests pass a door
 * that notes them, and gives the answers that are staged for it instead of the server's.
 */
export async function startPortal() {
  const api = await startApiServer()
  const { id: accountId } = await makeAccount({ name: 'Acme Software' })
  const console = authorize(consoleContext(accountId), 'personalAccessToken:write')
  const scopes = [...SCOPES]
  const { accessToken: token } = await createPersonalAccessToken(console, {
    name: 'vendor',
    scopes,
    expiresAt: null,
  })
  const requests: SeenRequest[] = []
  const staged: StagedAnswer[] = []

  /** Calls the Web API as the vendor; the body of its answer. */
  const vendor = async (path: string, body?: unknown, method?: string): Promise<JsonObject> => {
    const answer = await api.call(path, {
      token,
      ...(body !== undefined && { body }),
      ...(method && { method }),
    })
    if (answer.status >= 300) throw new Error(`${method ?? 'POST'} ${path}: ${answer.status} ${answer.text}`)
    return isJsonObject(answer.body) ? answer.body : {}
  }

  const makeProduct = async (name: string, fields: object = {}): Promise<PortalProduct> => {
    const template = await vendor('/v3/license-templates', { ...TEMPLATE, name: `${name} license` })
    const licenseTemplateId = textOf(template, 'id')
    const made = await vendor('/v3/products', { name, displayName: name, licenseTemplateId, ...fields })
    return { id: textOf(made, 'id'), name, publicKey: textOf(made, 'publicKey'), licenseTemplateId }
  }
  const product = await makeProduct('Editor')

  const server = createServer(async (request, response) => {
    const { seen, text } = await readRequest(request)
    requests.push(seen)
    const instead = staged.shift()
    if (instead) {
      response.writeHead(instead.status, { 'content-type': 'application/json', ...instead.headers })
      response.end(typeof instead.body === 'string' ? instead.body : JSON.stringify(instead.body))
      return
    }
    const answer = await ask(api.origin, request, text)
    response.writeHead(answer.status, { 'content-type': 'application/json', connection: 'close' })
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`

  const hang = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })

  return {
    url,
    accountId,
    product,
    requests,
    staged,
    vendor,
    /** Calls the Web API as somebody else, and gives the whole answer. */
    call: api.call,
    /** The vendor's personal access token, with every scope. */
    token,
    makeProduct,

    /** A license of the product, as the vendor makes it. */
    async license(fields: object = {}, of: PortalProduct = product) {
      const made = await vendor('/v3/licenses', { productId: of.id, allowedActivations: 3, ...fields })
      return { id: textOf(made, 'id'), key: textOf(made, 'key') }
    },

    change: (license: { id: string }, fields: object) =>
      vendor(`/v3/licenses/${license.id}`, fields, 'PATCH'),

    /** The devices that hold the license now. */
    async devices(license: { id: string }): Promise<JsonObject[]> {
      const { body } = await api.call(`/v3/activations?licenseId=${license.id}`, { token })
      return objectsOf({ body }, 'body')
    },

    /** A feature that applications ask for, and its id. */
    feature: async (name: string, displayName: string) =>
      textOf(await vendor('/v3/features', { name, displayName }), 'id'),

    /** The application on one computer. */
    computer(options: Partial<LatchkeyOptions> = {}) {
      const base = { url, productId: product.id, publicKey: product.publicKey, fingerprint: FINGERPRINT }
      return createLatchkey({ ...base, appVersion: '2.1.0', now: () => new Date(now() * 1000), ...options })
    },

    /** The vendor's keys that sign files. */
    async accountKeys(): Promise<{ kid: string; key: string }[]> {
      const answer = await latchkeyJson.GET(
        new Request('http://portal.test/.well-known/latchkey.json'),
        NO_PARAMS,
      )
      const body: unknown = await answer.json()
      const account = isJsonObject(body) && isJsonObject(body.account) ? body.account : {}
      return objectsOf(account, 'publicKeys').map((key) => ({
        kid: textOf(key, 'kid'),
        key: textOf(key, 'hex'),
      }))
    },

    /** The product's own key, for what the server never signs and a client must refuse all the same. */
    async privateKey(): Promise<string> {
      const [key] = await productPrivateKeys(db(), { accountId, productId: product.id }, new Date())
      if (!key) throw new Error('the product has no key')
      return key.export({ type: 'pkcs8', format: 'pem' }).toString()
    },

    /** The server's time in unix seconds. */
    now,
    /** Moves the server's clock, and with it those of the computers that are not given one of their own. */
    setTime,
    advance: (seconds: number) => setTime(now() + seconds),

    /** Cuts the connection for good. */
    hang,

    async close() {
      setClockOffset(0)
      if (server.listening) await hang()
      await api.close()
    },
  }
}

const NO_PARAMS = { params: Promise.resolve({}) }

let offsetSeconds = 0

function now(): number {
  return Math.floor(Date.now() / 1000) + offsetSeconds
}

function setTime(seconds: number): void {
  offsetSeconds += seconds - now()
  setClockOffset(offsetSeconds * 1000)
}

/** Synchronized daily, with a week's grace; clocks may be wrong by an hour. */
const TEMPLATE = {
  fingerprintMatchingStrategy: 'exact',
  allowVmActivation: true,
  allowContainerActivation: true,
  userLocked: false,
  disableGeoLocation: false,
  type: 'node-locked',
  subscriptionInterval: 'P1Y',
  subscriptionStartTrigger: 'creation',
  allowedActivations: 3,
  allowedDeactivations: -1,
  serverSyncInterval: DAY,
  serverSyncGracePeriod: 7 * DAY,
  allowedClockOffset: 3_600,
}

/** Pages and well-known files come from the same route files that the product serves. */
function ask(origin: string, request: IncomingMessage, text: string): Promise<Response> | Response {
  const path = request.url ?? '/'
  if (path.startsWith('/.well-known/latchkey.json'))
    return latchkeyJson.GET(new Request(origin + path), NO_PARAMS)
  if (path.startsWith('/.well-known/revocations.json'))
    return revocationsJson.GET(new Request(origin + path), NO_PARAMS)
  const { method = 'GET', headers } = request
  return fetch(origin + path, {
    method,
    headers: {
      'x-forwarded-for': '198.51.100.7',
      ...(text && { 'content-type': 'application/json' }),
      ...(headers.authorization && { authorization: headers.authorization }),
    },
    ...(text && { body: text }),
  })
}

async function readRequest(request: IncomingMessage): Promise<{ seen: SeenRequest; text: string }> {
  let text = ''
  for await (const chunk of request) text += chunk
  const body = parseJson(text)
  const { method = '', url = '', headers } = request
  const seen = {
    method,
    path: url,
    body: isJsonObject(body) ? body : {},
    authorization: headers.authorization,
  }
  return { seen, text }
}
