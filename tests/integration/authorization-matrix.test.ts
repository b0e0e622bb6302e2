import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { personalAccessTokens } from '#db/schema/operators.ts'
import { accessTokens } from '#db/schema/users.ts'
import { hashToken, newPersonalAccessToken } from '#lib/core/crypto/token.ts'
import { newId } from '#lib/core/ids.ts'
import { isScope, SCOPES } from '#lib/core/permissions.ts'
import type { DescribedRoute } from '#lib/web/http/openapi.ts'
import { makeCustomer, makeMachineToken } from '#tests/factories/licensed.ts'
import { bodyFor, fill, idProperties, makeWorld, type World } from '#tests/factories/world.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'
import { storedRows } from '#tests/helpers/stored-rows.ts'

// Made from the contracts of the routes: one that is added is tried here without anybody thinking of it. A parameter that no
// row is known for fails, and is given one in tests/factories/world.ts.

let api: ApiServer
let ours: World
let theirs: World

beforeAll(async () => {
  api = await startApiServer({ connections: 6 })
  ours = await makeWorld(api)
  theirs = await makeWorld(api)
}, 120_000)
afterAll(() => api.close())

interface Attempt {
  name: string
  url: string
  method: DescribedRoute['method']
  body: Record<string, unknown> | undefined
  contract: DescribedRoute['contract']
}

/** Every operation with rows of that world in its address and body. */
function operations(of: World): Attempt[] {
  return api.routes.map((route) => {
    const { path, method, contract } = route
    const body = contract.body ? (bodyFor(route, of) ?? {}) : undefined
    return { name: `${method} ${path}`, url: fill(path, of), method, body, contract }
  })
}
const isPublic = ({ contract }: Pick<Attempt, 'contract'>) => contract.permission === 'public'
const isMine = ({ contract }: Pick<Attempt, 'contract'>) => contract.permission.startsWith('me:')
const isMachines = (attempt: Attempt) => !isPublic(attempt) && !isMine(attempt)

/** Tries what the callers send; nothing of either account may change by it. */
async function withoutTrace(tries: () => Promise<void>): Promise<void> {
  const before = [await storedRows(ours.accountId), await storedRows(theirs.accountId)]
  await tries()
  expect([await storedRows(ours.accountId), await storedRows(theirs.accountId)]).toEqual(before)
}

/** Tokens that were good once, and others that never were. */
async function deadTokens(): Promise<Record<string, string>> {
  const past = new Date(Date.now() - 1000)
  const machine = async (state: object) => {
    const token = await makeMachineToken(ours.accountId, ...SCOPES)
    await db()
      .update(personalAccessTokens)
      .set(state)
      .where(eq(personalAccessTokens.tokenHash, hashToken(token)))
    return token
  }
  const user = async (state: object) => {
    const { token } = await makeCustomer(ours.accountId)
    await db()
      .update(accessTokens)
      .set(state)
      .where(eq(accessTokens.tokenHash, hashToken(token)))
    return token
  }
  return {
    unknown: newPersonalAccessToken(),
    malformed: 'lk_pat_x',
    'expired machine’s': await machine({ expiresAt: past }),
    'revoked machine’s': await machine({ revokedAt: past }),
    'expired user’s': await user({ expiresAt: past }),
    'revoked user’s': await user({ revokedAt: past }),
  }
}

describe('every operation of the Web API', () => {
  test('without a token: 401 AUTHENTICATION_REQUIRED wherever a permission is needed', async () => {
    await withoutTrace(async () => {
      for (const { name, url, method, body, contract } of operations(ours)) {
        if (contract.permission === 'public') continue
        const { status, code, headers } = await api.call(url, { method, body })
        expect({ name, status, code }).toEqual({ name, status: 401, code: 'AUTHENTICATION_REQUIRED' })
        expect(headers.get('www-authenticate')).toBe('Bearer')
      }
    })
  }, 60_000)

  test('with a token that is unknown, malformed, expired or revoked: 401 INVALID_TOKEN', async () => {
    const tokens = await deadTokens()
    await withoutTrace(async () => {
      for (const attempt of operations(ours).filter((each) => !isPublic(each))) {
        const { name, url, method, body } = attempt
        for (const [what, token] of Object.entries(tokens)) {
          const { status, code } = await api.call(url, { method, body, token })
          expect({ name, what, status, code }).toEqual({ name, what, status: 401, code: 'INVALID_TOKEN' })
        }
      }
    })
  }, 120_000)

  test('with a token that holds every scope but the one: 403 naming it; so with a user’s, and a machine’s under /me', async () => {
    const scopes = [...new Set(api.routes.map(({ contract }) => contract.permission).filter(isScope))]
    const lacking = new Map<string, string>()
    for (const scope of scopes) {
      const others = SCOPES.filter((other) => other !== scope)
      lacking.set(scope, await makeMachineToken(ours.accountId, ...others))
    }
    await withoutTrace(async () => {
      for (const attempt of operations(ours).filter((each) => !isPublic(each))) {
        const { name, url, method, body, contract } = attempt
        const wrong = isMine(attempt) ? [ours.pat] : [lacking.get(contract.permission), ours.customer.token]
        for (const token of wrong) {
          if (!token) throw new Error(`${name} needs "${contract.permission}", which no token can hold`)
          const { status, code, text } = await api.call(url, { method, body, token })
          expect({ name, status, code }).toEqual({ name, status: 403, code: 'INSUFFICIENT_SCOPE' })
          expect(text).toContain(contract.permission)
        }
      }
    })
  }, 120_000)

  test('with a token that holds just the one scope: not refused', async () => {
    const tokens = new Map<string, string>()
    for (const attempt of operations(ours).filter(isMachines)) {
      const { name, url, method, body, contract } = attempt
      const { permission } = contract
      if (!isScope(permission)) throw new Error(`${name} needs "${permission}", which no token can hold`)
      const token = tokens.get(permission) ?? (await makeMachineToken(ours.accountId, permission))
      tokens.set(permission, token)
      // Reads are done; writes go to rows that nobody has, because one after another they would undo the world.
      const isRead = method === 'GET'
      const nowhere = url.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, () => newId())
      if (!isRead && nowhere === url) continue
      const { status } = await api.call(isRead ? url : nowhere, { method, body, token })
      const expected = isRead ? [contract.status, ...(contract.orNothing ? [204] : [])] : [404]
      expect({ name, status: expected.includes(status) ? expected : status }).toEqual({
        name,
        status: expected,
      })
    }
  }, 120_000)
})

describe('CX-03: another account’s token that holds every scope', () => {
  test('gets 404 for each id of this one, sees nothing of it in lists, exports and figures, and changes nothing', async () => {
    const secrets = [
      ...new Set([
        ...Object.values(theirs.known),
        theirs.license.key,
        theirs.customer.email,
        theirs.accountId,
      ]),
    ]
    await withoutTrace(async () => {
      const guessed = operations(theirs).filter((each) => isMachines(each) && each.name.includes('{'))
      for (const { name, url, method, body } of guessed) {
        // The body names ours: only the address is guessed.
        const { status, text } = await api.call(url, {
          method,
          body: body && { ...body, ...ownIds(name) },
          token: ours.pat,
        })
        expect({ name, status }).toEqual({ name, status: 404 })
        for (const secret of secrets) {
          if (!url.includes(secret)) expect(text, name).not.toContain(secret)
        }
      }
      const lists = operations(ours).filter(
        (each) => isMachines(each) && each.method === 'GET' && !each.name.includes('{'),
      )
      for (const { name, url } of lists) {
        const { status, text } = await api.call(url, { token: ours.pat })
        expect([name, status]).toEqual([name, 200])
        for (const secret of secrets) expect(text, name).not.toContain(secret)
      }
    })
  }, 120_000)

  test('cannot name its rows in a body either: refused, and nothing made', async () => {
    await withoutTrace(async () => {
      for (const route of api.routes.filter(({ contract }) => contract.permission !== 'public')) {
        const { path, method, contract } = route
        if (contract.permission.startsWith('me:')) continue
        for (const [property, collection] of idProperties(contract)) {
          const id = theirs.known[collection]
          if (!id) continue
          const name = `${method} ${path} ${property}`
          const { licenseTemplateId: _newName, ...rest } = bodyFor(route, ours) ?? {}
          const body = { ...(property === 'licensePolicyId' ? rest : bodyFor(route, ours)), [property]: id }
          const { status, text } = await api.call(fill(path, ours), { method, body, token: ours.pat })
          expect([name, [400, 404].includes(status) ? 'refused' : text]).toEqual([name, 'refused'])
        }
      }
    })
  }, 120_000)

  test('opens no public door with ids of this one', async () => {
    const device = { ...theirs.device, fingerprint: 'e'.repeat(64) }
    const id = theirs.known.activations
    await withoutTrace(async () => {
      for (const token of [ours.pat, ours.customer.token]) {
        expect((await api.call('/v3/activations', { body: device, token })).status).toBe(400)
        expect((await api.call('/v3/trial-activations', { body: device, token })).status).toBe(400)
        const sync = await api.call(`/v3/activations/${id}`, { method: 'PATCH', body: theirs.device, token })
        expect(sync.status).toBe(404)
        expect((await api.call(`/v3/activations/${id}/deactivate`, { body: {}, token })).status).toBe(404)
      }
    })
  })
})

describe('CX-02: another user of the same account', () => {
  test('gets 404 for each id of this one under /me, sees nothing of it, and changes nothing', async () => {
    const stranger = await makeCustomer(ours.accountId)
    const secrets = [ours.license.id, ours.license.key, ours.customer.email, ours.customer.id]
    await withoutTrace(async () => {
      for (const { name, url, method, body } of operations(ours).filter(isMine)) {
        if (method !== 'GET' && !name.includes('{')) continue
        const { status, text } = await api.call(url, { method, body, token: stranger.token })
        expect({ name, status }).toEqual({ name, status: name.includes('{') ? 404 : 200 })
        for (const secret of secrets) {
          if (!url.includes(secret)) expect(text, name).not.toContain(secret)
        }
      }
    })
  }, 60_000)
})

/** Ids of ours for what a body of theirs would name. */
function ownIds(name: string): Record<string, unknown> {
  const route = api.routes.find(({ path, method }) => `${method} ${path}` === name)
  return route ? (bodyFor(route, ours) ?? {}) : {}
}
