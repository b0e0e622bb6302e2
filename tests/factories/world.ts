import { and, eq } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { products } from '#db/schema/products.ts'
import { exampleBody } from '#lib/core/input/example.ts'
import { type JsonSchema, toJsonSchema } from '#lib/core/input/json-schema.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import type { DescribedRoute } from '#lib/web/http/openapi.ts'
import type { ApiServer } from '#tests/helpers/api-server.ts'
import { makeAccount } from './account.ts'
import { makeCustomer, makeLicenseOf, makeMachineToken, makeSignedProduct } from './licensed.ts'

/** An account with one row of every resource that the Web API has. */
export interface World {
  accountId: string
  /** Holds every scope. */
  pat: string
  customer: Awaited<ReturnType<typeof makeCustomer>>
  product: Awaited<ReturnType<typeof makeSignedProduct>>
  license: Awaited<ReturnType<typeof makeLicenseOf>>
  device: { productId: string; key: string; fingerprint: string; os: string; hostname: string }
  /** The id of the row at `licenses`, `licenses/metadata`, `organizations/user-groups`. */
  known: Record<string, string>
}

/** Collections whose rows another route, or nobody, makes: how the one in the world is found. */
type Finder = (world: World, api: ApiServer) => Promise<string | undefined>

const FOUND: Record<string, Finder> = {
  'personal-access-tokens': (world, api) => firstOf(api, world, '/v3/personal-access-tokens'),
  'event-logs': (world, api) => firstOf(api, world, '/v3/event-logs'),
  'activation-logs': (world, api) => firstOf(api, world, '/v3/activation-logs'),
  'webhook-event-logs': (world, api) => firstOf(api, world, '/v3/webhook-event-logs'),
  'automated-email-event-logs': (world, api) => firstOf(api, world, '/v3/automated-email-event-logs'),
  activations: (world, api) => firstOf(api, world, '/v3/activations'),
  'trial-activations': (world, api) => firstOf(api, world, '/v3/trial-activations'),
  'email-templates': async ({ known }) => known['automated-emails'],
  'licenses/metadata': (world, api) => partOf(api, world, 'metadata'),
  'licenses/meter-attributes': (world, api) => partOf(api, world, 'meterAttributes'),
  // An account's name in place of an id.
  'accounts/login/saml': async ({ accountId }) => accountId,
  'activations/meter-attributes': async ({ known }) => known['licenses/meter-attributes'],
}

/** What the made-up body of a collection cannot know. */
const OVERRIDES: Record<string, object> = {
  'personal-access-tokens': { scopes: ['license:read'] },
  webhooks: { url: 'https://hooks.example.com/latchkey', events: ['license.updated', 'user.updated'] },
  'automated-emails': { event: 'license.updated' },
  roles: { claims: ['license:read'] },
  'release-files': { url: 'https://files.example.com/app.tar.gz', name: 'app.tar.gz' },
}

/** Bodies of single operations that the example cannot know. */
const BODIES: Record<string, object> = {
  '/v3/resellers/{id}/licenses/{licenseId}': { userId: null },
}

/** Makes the world through the API: by the example of each route's own contract, so that a new resource is in it at once. */
export async function makeWorld(api: ApiServer): Promise<World> {
  const { id: accountId } = await makeAccount()
  const pat = await makeMachineToken(accountId, ...SCOPES)
  const customer = await makeCustomer(accountId)
  const product = await makeSignedProduct(accountId)
  const license = await makeLicenseOf(accountId, product, { userId: customer.id })
  const device = {
    productId: product.id,
    key: license.key,
    fingerprint: 'f'.repeat(64),
    os: 'linux',
    hostname: 'desk',
  }
  const known: World['known'] = {
    accounts: accountId,
    users: customer.id,
    products: product.id,
    licenses: license.id,
    'license-templates': product.licenseTemplateId,
    'license-policies': product.licenseTemplateId,
  }
  const world = { accountId, pat, customer, product, license, device, known }
  await makeCollections(api, world)
  await leaveTraces(api, world)
  for (const [collection, find] of Object.entries(FOUND)) {
    const id = await find(world, api)
    if (id) known[collection] = id
  }
  return world
}

/** Every collection that has a POST and rows of its own; those that name others' ids come after them. */
async function makeCollections(api: ApiServer, world: World): Promise<void> {
  let waiting = api.routes.filter(({ path, method }) => method === 'POST' && isCollection(api, path))
  for (let before = -1; waiting.length !== before; ) {
    before = waiting.length
    const rest: typeof waiting = []
    for (const route of waiting) {
      const name = collectionOf(route.path)
      if (world.known[name] || FOUND[name]) continue
      const url = tryFill(route.path, world)
      const body = bodyFor(route, world)
      if (!url || body === undefined) {
        rest.push(route)
        continue
      }
      const answer = await api.call(url, { token: world.pat, body: { ...body, ...OVERRIDES[name] } })
      if (answer.status !== 201) throw new Error(`POST ${url}: ${answer.text}`)
      world.known[name] = idOf(answer.body) ?? ''
    }
    waiting = rest
  }
}

/** What leaves traces in the collections that nobody writes. */
async function leaveTraces(api: ApiServer, world: World): Promise<void> {
  const token = world.pat
  const licensePath = `/v3/licenses/${world.license.id}`
  const parts = {
    metadata: [{ key: 'plan', value: 'gold' }],
    meterAttributes: [{ name: 'renders', allowedUses: 9 }],
  }
  await must(api, licensePath, { method: 'PATCH', token, body: parts })
  await must(api, '/v3/personal-access-tokens', { token, body: { name: 'x', scopes: ['license:read'] } })
  await must(api, '/v3/activations', { token, body: world.device })
  const trialPolicyId = world.known['trial-policies']
  if (trialPolicyId) {
    await db()
      .update(products)
      .set({ trialPolicyId })
      .where(and(eq(products.accountId, world.accountId), eq(products.id, world.product.id)))
    await must(api, '/v3/trial-activations', { token, body: world.device })
  }
}

async function must(api: ApiServer, path: string, call: Parameters<ApiServer['call']>[1]): Promise<void> {
  const answer = await api.call(path, call)
  if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`)
}

/** A path with the world's ids in it. Fails for a parameter that nothing is known for: give it a fixture above. */
export function fill(path: string, world: World): string {
  const url = tryFill(path, world)
  if (!url) throw new Error(`tests/factories/world.ts knows no row for ${path}`)
  return url
}

/**
 * A body that the route takes, about rows of the world: the example of its contract, with ids in place of made-up ones.
 * Undefined where it needs the id of something that is not there yet.
 */
export function bodyFor(
  { path, contract }: Pick<DescribedRoute, 'path' | 'contract'>,
  world: World,
): Record<string, unknown> | undefined {
  if (!contract.body) return {}
  const schemas: Record<string, JsonSchema> = {}
  const schema = toJsonSchema(contract.body, 'input', schemas)
  const example = exampleBody(contract.body, schema, schemas)
  if (example === null || typeof example !== 'object') return {}
  const body: Record<string, unknown> = { ...example, ...OVERRIDES[collectionOf(path)], ...BODIES[path] }
  for (const name of Object.keys(body)) {
    const collection = collectionNamed(name)
    if (!collection || body[name] === null) continue
    if (!world.known[collection]) return undefined
    body[name] = world.known[collection]
  }
  return body
}

/** Body properties that name a row, and the row's collection: `productId` → `products`. */
export function idProperties(contract: DescribedRoute['contract']): [property: string, collection: string][] {
  if (!contract.body) return []
  const { properties = {} } = toJsonSchema(contract.body, 'input', {})
  return Object.entries(properties).flatMap(([name, property]) => {
    const collection = collectionNamed(name)
    const takesAny = String(property.description ?? '').startsWith('Not supported')
    return collection && !takesAny ? [[name, collection] satisfies [string, string]] : []
  })
}

function collectionNamed(property: string): string | undefined {
  const noun = /^(\w+)Id$/.exec(property)?.[1]
  if (!noun || noun === 'account') return undefined
  const kebab = noun.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return kebab.endsWith('y') ? `${kebab.slice(0, -1)}ies` : `${kebab}s`
}

/** `organizations/user-groups` of `/v3/organizations/{id}/user-groups/{groupId}/users`, up to that parameter. */
function collectionOf(path: string): string {
  return path
    .replace(/^\/v3\/(me\/)?/, '')
    .split('/')
    .filter((part) => part && !part.startsWith('{'))
    .join('/')
}

/** A path whose rows can be asked for one by one. */
function isCollection(api: ApiServer, path: string): boolean {
  if (path.startsWith('/v3/me/')) return false
  return api.routes.some((other) => new RegExp(`^${escaped(path)}/\\{\\w+\\}$`).test(other.path))
}

function escaped(path: string): string {
  return path.replace(/[{}.]/g, '\\$&')
}

function tryFill(path: string, { known }: World): string | undefined {
  let isKnown = true
  const url = path.replace(/\{\w+\}/g, (_parameter, offset: number) => {
    const collection = collectionOf(path.slice(0, offset))
    // A row of another collection may be named below one: /v3/resellers/{id}/licenses/{licenseId}.
    const id = known[collection] ?? known[collection.split('/').at(-1) ?? '']
    if (!id) isKnown = false
    return id ?? ''
  })
  return isKnown ? url : undefined
}

async function firstOf(api: ApiServer, world: World, path: string): Promise<string | undefined> {
  if (!api.routes.some((route) => route.path === path && route.method === 'GET')) return undefined
  const { body } = await api.call(path, { token: world.pat })
  return Array.isArray(body) ? idOf(body[0]) : undefined
}

async function partOf(api: ApiServer, world: World, part: string): Promise<string | undefined> {
  const { body } = await api.call(`/v3/licenses/${world.license.id}`, { token: world.pat })
  const parts =
    body !== null && typeof body === 'object' ? Object.entries(body).find(([name]) => name === part)?.[1] : []
  return Array.isArray(parts) ? idOf(parts[0]) : undefined
}

function idOf(body: unknown): string | undefined {
  return body !== null && typeof body === 'object' && 'id' in body ? String(body.id) : undefined
}
