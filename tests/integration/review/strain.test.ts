import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closeDatabase, configureDatabase, databaseUrl, db, sqlClient } from '#db/client.ts'
import { eventLogHeads, eventLogs } from '#db/schema/audit.ts'
import { users } from '#db/schema/users.ts'
import { checkChain } from '#lib/audit/check-chain.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { authorize } from '#lib/core/authorize.ts'
import { hashPassword } from '#lib/core/crypto/password.ts'
import { newPersonalAccessToken } from '#lib/core/crypto/token.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import { setPassword } from '#lib/people/passwords/set-password.ts'
import { signIn } from '#lib/people/sign-in/sign-in.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'
import { contextFor, systemActor, visitorActor } from '#tests/helpers/context.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'

const PASSWORD = 'walnut bridge harbor copper'

let api: ApiServer
let accountId: string
let pat: string

beforeAll(async () => {
  // Few connections: whoever holds one while waiting for another is found out.
  api = await startApiServer({ connections: 3 })
})
afterAll(() => api.close())
beforeEach(async () => {
  accountId = (await makeAccount()).id
  pat = await makeMachineToken(accountId, ...SCOPES)
})

describe('many at once', () => {
  test('30 sign-ins through a machine under Idempotency-Keys, with three connections, all come to an end', async () => {
    const customer = await makeCustomer(accountId, { passwordHash: await hashPassword(PASSWORD) })
    const body = { accountId, email: customer.email, password: 'wrong' }
    const attempts = Array.from({ length: 30 }, (_, at) =>
      api.call('/v3/accounts/login', {
        token: pat,
        body,
        ip: `203.0.113.${at + 1}`,
        headers: { 'idempotency-key': `attempt-${at}` },
      }),
    )
    const codes = (await Promise.all(attempts)).map(({ code }) => code)
    expect(codes.filter((code) => code === 'AUTHENTICATION_FAILED').length).toBeLessThanOrEqual(6)
    expect(codes.filter((code) => code !== 'AUTHENTICATION_FAILED')).toEqual(
      Array(30 - codes.filter((code) => code === 'AUTHENTICATION_FAILED').length).fill(
        'ACCOUNT_LOGIN_TEMPORARILY_LOCKED',
      ),
    )
  })

  test('100 wrong passwords from one address on 100 users: at most 60 are looked at, the rest told when to come back', async () => {
    const attempts = Array.from({ length: 100 }, (_, at) =>
      api.call('/v3/accounts/login', {
        body: { accountId, email: `nobody${at}@example.com`, password: 'wrong' },
        ip: '203.0.113.200',
      }),
    )
    const answers = await Promise.all(attempts)
    const looked = answers.filter(({ status }) => status === 400)
    const refused = answers.filter(({ status }) => status === 409)
    expect(looked.length).toBeLessThanOrEqual(60)
    expect(looked.length + refused.length).toBe(100)
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }, 60_000)

  test('50 audited writes leave 50 links without a gap, all of them in the chain', async () => {
    const product = await makeSignedProduct(accountId)
    const made = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        api.call('/v3/licenses', {
          token: pat,
          body: { productId: product.id },
          headers: { 'idempotency-key': `license-${at}` },
        }),
      ),
    )
    expect(made.map(({ status }) => status)).toEqual(Array(50).fill(201))
    const links = await db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId))
    expect(links.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, at) => at + 1),
    )
    expect(await checkChain(db(), accountId)).toMatchObject({ intact: true, length: 50 })
  })
})

describe('a transaction that fails', () => {
  test('leaves neither its rows nor its audit, and no gap', async () => {
    const ctx = contextFor(systemActor(), { accountId })
    const before = await db().select().from(eventLogHeads).where(eq(eventLogHeads.accountId, accountId))
    const attempt = inTransaction(ctx, async (tx) => {
      const at = new Date()
      await tx.db.insert(users).values({ accountId, id: newId(), createdAt: at, updatedAt: at })
      recordEvent(tx, { event: 'user.created', resource: 'user', resourceId: newId() })
      await inTransaction(tx, async (inner) => {
        recordEvent(inner, { event: 'user.updated', resource: 'user', resourceId: newId() })
      })
      throw new Error('on purpose')
    })
    await expect(attempt).rejects.toThrow('on purpose')
    expect(await db().select().from(users).where(eq(users.accountId, accountId))).toEqual([])
    expect(await db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId))).toEqual([])
    expect(await db().select().from(eventLogHeads).where(eq(eventLogHeads.accountId, accountId))).toEqual(
      before,
    )
  })

  test.each(['actor', 'ip', 'on_behalf_of', 'request_id', 'changes', 'created_at', 'user_id', 'event'])(
    'the chain covers %s: altering it, in the middle or at the end, shows',
    async (column) => {
      const ctx = contextFor(systemActor(), { accountId })
      for (let at = 0; at < 3; at += 1) {
        await inTransaction(ctx, async (tx) =>
          recordEvent(tx, { event: 'license.created', resource: 'license', resourceId: 'x' }),
        )
      }
      const other: Record<string, string> = {
        changes: '{"a":1}',
        created_at: '2020-01-01T00:00:00Z',
        user_id: newId(),
      }
      for (const seq of [2, 3]) {
        const sql = sqlClient()
        const [{ before } = { before: null }] = await sql`
          select ${sql(column)}::text as before from event_logs where account_id = ${accountId} and seq = ${seq}`
        const type = { changes: 'jsonb', created_at: 'timestamptz', user_id: 'uuid' }[column] ?? 'text'
        const set = (value: string | null) =>
          sql.unsafe(
            `update event_logs set "${column}" = $1::text::${type} where account_id = $2 and seq = $3`,
            [value, accountId, seq],
          )
        await set(other[column] ?? 'altered')
        expect(await checkChain(db(), accountId)).toMatchObject({ intact: false, seq })
        await set(before)
        expect(await checkChain(db(), accountId)).toMatchObject({ intact: true })
      }
    },
  )
})

describe('the burst limit', () => {
  test('counts tokens that are tried out like any stranger, and says so on every answer', async () => {
    overrideEnv({ API_RATE_LIMIT: '100' })
    try {
      const ip = '203.0.113.77'
      const tries = await Promise.all(
        Array.from({ length: 110 }, () => api.call('/v3/licenses', { ip, token: newPersonalAccessToken() })),
      )
      const count = (code: string) => tries.filter((answer) => answer.code === code).length
      expect([count('INVALID_TOKEN'), count('RATE_LIMITED')]).toEqual([100, 10])
      for (const { status, headers } of tries) {
        expect(headers.get('x-rate-limit-limit')).toBe('5s')
        expect(Number.isNaN(Date.parse(headers.get('x-rate-limit-reset') ?? ''))).toBe(false)
        if (status === 429) expect(headers.get('x-rate-limit-remaining')).toBe('0')
        expect(headers.has('retry-after')).toBe(status === 429)
      }
      const refused = await api.call('/v3/licenses/nonsense', { token: pat, ip })
      expect(refused.status).toBe(404)
      expect(refused.headers.get('x-rate-limit-remaining')).toBe('499')
    } finally {
      overrideEnv({ API_RATE_LIMIT: '0' })
    }
  })
})

describe('a password that changes while it is being checked', () => {
  test('opens nothing, and does not come back', async () => {
    const customer = await makeCustomer(accountId, { passwordHash: await hashPassword(PASSWORD) })
    const fresh = await hashPassword('granite otter hums loudly')
    const ctx = contextFor(visitorActor, { accountId })
    // Holds the user's row until the sign-in waits for it: by then the old password has been found right.
    const attempt = await inTransaction(contextFor(systemActor(), { accountId }), async (tx) => {
      await setPassword(tx, customer.id, fresh)
      const waiting = refusalOf(
        signIn(authorize(ctx, 'public'), { email: customer.email, password: PASSWORD }),
      )
      for (;;) {
        const [row] = await sqlClient()`select count(*)::int as n from pg_locks where not granted`
        if (row?.n > 0) return { waiting }
      }
    })
    expect(await attempt.waiting).toMatchObject({ code: 'AUTHENTICATION_FAILED' })
    const [row] = await db().select().from(users).where(eq(users.id, customer.id))
    expect(row?.passwordHash).toBe(fresh)
  })
})

describe('the database', () => {
  const envelope = { status: 503, code: 'SERVICE_UNAVAILABLE' }

  test('away from the start: 503 with the envelope and Retry-After, no word of what broke', async () => {
    const url = databaseUrl()
    await closeDatabase()
    configureDatabase('postgres://nobody:hidden-password@127.0.0.1:1/nowhere')
    try {
      const login = { accountId, email: 'a@example.com', password: 'x' }
      for (const [path, options] of [
        ['/v3/licenses', { token: pat }],
        ['/v3/accounts/login', { body: login }],
        [
          '/v3/activations',
          { body: { productId: newId(), key: 'k', fingerprint: 'f'.repeat(64), os: 'linux' } },
        ],
      ] as const) {
        const answer = await api.call(path, options)
        expect(answer, path).toMatchObject(envelope)
        expect(answer.headers.get('retry-after')).toBe('5')
        expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|hidden|\bat\s/)
      }
    } finally {
      await closeDatabase()
      configureDatabase(url, { max: 3 })
    }
    expect((await api.call('/v3/licenses', { token: pat })).status).toBe(200)
  })

  test('cut off in the middle of requests: each is answered or 503, what was answered is there, and it goes on', async () => {
    const product = await makeSignedProduct(accountId)
    const ids = Array.from({ length: 40 }, () => newId())
    const send = (id: string) => api.call('/v3/licenses', { token: pat, body: { id, productId: product.id } })
    const under = ids.map(send)
    await sqlClient()`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    const answers = await Promise.all(under)
    expect(answers.filter(({ status }) => status !== 201 && status !== 503)).toEqual([])
    // A pool notices a dead connection when it uses it: who is told "later" tries again.
    const settle = async (id: string) => {
      for (;;) {
        const answer = await send(id)
        if (answer.status !== 503) return answer
      }
    }
    const again = await Promise.all(ids.map(settle))
    expect(again.map(({ status }) => status)).toEqual(Array(40).fill(201))
    for (const [at, { status, body }] of answers.entries()) {
      if (status === 201) expect(again[at]?.body).toEqual(body)
    }
    expect(await checkChain(db(), accountId)).toMatchObject({ intact: true, length: 40 })
  })
})
