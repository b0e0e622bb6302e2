import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isJsonObject, type JsonObject, parseJson, textOf } from '../json.ts'
import { ISSUED_AT, type KeyPair, makeClaims, makeKeyPair, signRs256 } from './issue-token.ts'

export type TestProduct = KeyPair & { id: string; name: string; displayName: string }
export type TestLicense = {
  productId: string
  allowed: number
  revoked?: boolean
  claims?: Readonly<Record<string, unknown>>
}
export type SeenRequest = {
  method: string
  path: string
  body: JsonObject
  authorization: string | undefined
}
type Answer = { status: number; body: unknown; headers?: Readonly<Record<string, string>> }

export function makeProduct(name: string, id: string): TestProduct {
  return { id, name, displayName: name, ...makeKeyPair() }
}

/** A license server on a free loopback port that keeps the activation protocol's rules, with its clock in `server.now`. */
export async function startLicenseServer(
  products: readonly TestProduct[],
  accountKeys: readonly { kid: string; hex: string; pem: string }[] = [],
) {
  const licenses = new Map<string, TestLicense>()
  const activations = new Map<string, { key: string; fingerprint: string; metadata: unknown }>()
  const requests: SeenRequest[] = []
  /** Answers given instead of the protocol's, in order. */
  const overrides: Answer[] = []
  const state = { now: ISSUED_AT }

  const issue = (id: string): string => {
    const { key = '', fingerprint = '', metadata } = activations.get(id) ?? {}
    const license = licenses.get(key)
    const product = products.find((candidate) => candidate.id === license?.productId)
    if (!license || !product) throw new Error('no such activation')
    const used = [...activations.values()].filter((activation) => activation.key === key).length
    const times = { iat: state.now, ssgpeat: state.now + 7 * 86_400 }
    const counts = { aa: license.allowed, ta: used }
    const ids = { aid: id, pid: product.id, key, fp: fingerprint, amd: metadata }
    return signRs256(makeClaims({ ...times, ...counts, ...ids, ...license.claims }), product.privateKey)
  }

  const activate = (body: JsonObject): Answer => {
    const key = textOf(body, 'key')
    const fingerprint = textOf(body, 'fingerprint')
    if (!products.some(({ id }) => id === body.productId)) return refuse(400, 'INVALID_PRODUCT_ID')
    const license = licenses.get(key)
    if (!license || license.productId !== body.productId) return refuse(400, 'INVALID_LICENSE_KEY')
    if (license.revoked) return refuse(400, 'REVOKED_LICENSE')
    const id = createHash('sha256').update(`${key}${fingerprint}`).digest('hex').slice(0, 32)
    const used = [...activations.values()].filter((activation) => activation.key === key).length
    if (!activations.has(id) && used >= license.allowed) return refuse(400, 'ACTIVATION_LIMIT_REACHED')
    activations.set(id, { key, fingerprint, metadata: body.metadata })
    return { status: 201, body: { activationToken: issue(id) } }
  }

  const change = (id: string, body: JsonObject): Answer => {
    const activation = activations.get(id)
    if (!activation) return refuse(404, 'ACTIVATION_NOT_FOUND')
    if (licenses.get(activation.key)?.revoked) return refuse(400, 'REVOKED_LICENSE')
    if (activation.fingerprint !== body.fingerprint) return refuse(400, 'INVALID_ACTIVATION_FINGERPRINT')
    activations.set(id, { ...activation, metadata: body.metadata })
    return { status: 200, body: { activationToken: issue(id) } }
  }

  const answer = ({ method, path, body }: SeenRequest): Answer => {
    const override = overrides.shift()
    if (override) return override
    const [, id = '', verb] = /^\/v3\/activations\/([^/]+)(\/deactivate)?$/.exec(path) ?? []
    if (method === 'GET' && path === '/.well-known/latchkey.json')
      return { status: 200, body: wellKnown(products, accountKeys) }
    if (method === 'POST' && path === '/v3/activations') return activate(body)
    if (method === 'PATCH' && id && !verb) return change(id, body)
    if (method === 'POST' && verb) {
      return activations.delete(id) ? { status: 204, body: '' } : refuse(404, 'ACTIVATION_NOT_FOUND')
    }
    return refuse(404, 'NOT_FOUND')
  }

  const server = createServer(async (request, response) => {
    const seen = await readRequest(request)
    requests.push(seen)
    const { status, body, headers } = answer(seen)
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { url: `http://127.0.0.1:${port}`, state, licenses, activations, requests, overrides, close }
}

export type TestServer = Awaited<ReturnType<typeof startLicenseServer>>

export function refuse(status: number, code: string): Answer {
  return { status, body: { message: `refused: ${code}`, code } }
}

function wellKnown(products: readonly TestProduct[], publicKeys: readonly object[]) {
  return {
    account: { id: '0190b8a2-0000-7000-8000-0000000000ff', name: 'Demo vendor', publicKeys },
    products: products.map(({ id, name, displayName, publicKey }) => ({ id, name, displayName, publicKey })),
  }
}

async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  let text = ''
  for await (const chunk of request) text += chunk
  const body = parseJson(text)
  const { method = '', url = '', headers } = request
  return { method, path: url, body: isJsonObject(body) ? body : {}, authorization: headers.authorization }
}
