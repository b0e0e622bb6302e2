import fc from 'fast-check'
import { generateSync } from 'otplib'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db, sqlClient } from '#db/client.ts'
import { knownPlaces } from '#db/schema/known-places.ts'
import { throttleSignIn } from '#lib/access/throttle/sign-in.ts'
import { authorize } from '#lib/core/authorize.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { AppError } from '#lib/core/errors.ts'
import { purge } from '#lib/ops/jobs/purge.ts'
import { changeMyPassword } from '#lib/people/passwords/change-my-password.ts'
import { ensureFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { makeOperator } from '#tests/factories/operator.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { Browser } from '#tests/helpers/browser.ts'
import { contextFor, systemActor, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { configureSessions } from '#tests/helpers/sign-in-customer.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

const HOME = '198.51.100.7'
const AWAY = '192.0.2.99'
const STRANGERS = Array.from({ length: 6 }, (_, at) => `203.0.113.${at + 1}`)
const WRONG = 'entirely wrong words'
const NEW_PASSWORD = 'granite otter hums loudly'

let accountId: string
let email: string
let userId: string

setUpTestDatabase()
beforeAll(async () => {
  configureSessions()
  accountId = await ensureFirstAccount(db(), new Date())
})
beforeEach(async () => {
  const user = await makeUser(accountId)
  email = user.email
  userId = user.id
})
afterEach(async () => {
  setClockOffset(0)
  await sqlClient()`delete from throttles`
})

const pages = {
  signIn: async () => (await import('#app/(site)/login/actions.ts')).signInAction,
  code: async () => (await import('#app/(site)/login/actions.ts')).signInCodeAction,
  register: async () => (await import('#app/(site)/register/actions.ts')).registerAction,
  forgot: async () => (await import('#app/(site)/forgot-password/actions.ts')).requestResetAction,
  operator: async () => (await import('#app/dashboard/(auth)/login/actions.ts')).signInOperatorAction,
}
const at = (ip: string) => new Browser(ip)
const signIn = (browser: Browser, password = USER_PASSWORD, whom = email) =>
  browser.send('/login', pages.signIn, { email: whom, password })
const enter = (browser: Browser, whom: string, password: string) =>
  browser.send('/dashboard/login', pages.operator, { email: whom, password })
const login = (ip: string, fields: object = {}) =>
  v3('/v3/accounts/login', { ip, body: { accountId, email, password: USER_PASSWORD, ...fields } })
const IN = { location: '/me/licenses' }
const THROTTLED = { location: null, state: { code: 'RATE_LIMITED' } }

/** 24 wrong passwords from six addresses, each from a browser of its own. */
async function guessAtPages(whom = email) {
  const states = []
  for (let n = 0; n < 24; n += 1)
    states.push((await signIn(at(STRANGERS[n % 6] ?? ''), WRONG, whom)).state.code)
  return states
}
async function guessAtTheApi(fields: object = { password: WRONG }) {
  for (let n = 0; n < 24; n += 1) expect((await login(STRANGERS[n % 6] ?? '', fields)).status).not.toBe(200)
}
const guessed = [...Array(6).fill('AUTHENTICATION_FAILED'), ...Array(18).fill('RATE_LIMITED')]

describe('F-40: customers', () => {
  test('F-40: 24 wrong passwords from six addresses do not keep the owner out at their own address', async () => {
    expect(await signIn(at(HOME))).toMatchObject(IN)
    expect(await guessAtPages()).toEqual(guessed)
    expect(await signIn(at(HOME)), 'another browser at home').toMatchObject(IN)
    expect(await signIn(at(STRANGERS[0] ?? '')), 'a stranger with the right one waits').toMatchObject(
      THROTTLED,
    )
    expect((await login(HOME)).status, 'an application at home').toBe(200)
  })

  test('F-40: … nor in the browser they signed in with before, wherever it is now', async () => {
    const laptop = at(HOME)
    await signIn(laptop)
    await guessAtPages()
    laptop.ip = AWAY
    expect(await signIn(laptop)).toMatchObject(IN)
  })

  test('F-40: … nor who registered there and has never signed in since', async () => {
    email = `new-${crypto.randomUUID()}@x.example`
    const fields = { email, password: NEW_PASSWORD, terms: 'on', privacy: 'on' }
    expect(await at(HOME).send('/register', pages.register, fields)).toMatchObject(IN)
    await guessAtPages()
    expect(await signIn(at(HOME), NEW_PASSWORD)).toMatchObject(IN)
  })

  test('F-40: the same over the API, for an application that has signed in from its address', async () => {
    expect((await login(HOME)).status).toBe(200)
    await guessAtTheApi()
    expect((await login(HOME)).status).toBe(200)
    expect(await signIn(at(HOME)), 'the page knows the address, too').toMatchObject(IN)
  })

  test('F-40: a stranger behind the same address locks the address, not the owner’s browser', async () => {
    const laptop = at(HOME)
    await signIn(laptop)
    for (let n = 0; n < 10; n += 1) {
      await sqlClient()`delete from throttles where key like 'sign-in-minute:%'`
      expect((await signIn(at(HOME), WRONG)).state.code).toBe('AUTHENTICATION_FAILED')
    }
    expect((await signIn(at(HOME))).state.code, 'ten failures in a row lock').toBe('AUTHENTICATION_FAILED')
    expect(await signIn(laptop)).toMatchObject(IN)
  })

  test('F-40: where the owner is known, their attempts are limited, too: six a minute and twenty an hour', async () => {
    const laptop = at(HOME)
    await signIn(laptop)
    const codes = []
    for (let n = 0; n < 7; n += 1) codes.push((await signIn(laptop, WRONG)).state.code)
    expect(codes).toEqual([...Array(6).fill('AUTHENTICATION_FAILED'), 'RATE_LIMITED'])
    let passed = 6
    for (let n = 0; n < 20; n += 1) {
      await sqlClient()`delete from throttles where key like 'sign-in-minute:%'`
      await sqlClient()`delete from sign_in_failures`
      if ((await signIn(laptop, WRONG)).state.code !== 'RATE_LIMITED') passed += 1
    }
    expect(passed).toBe(20)
  })

  test('F-40: to a stranger a known address and an unknown one look alike', async () => {
    await signIn(at(HOME))
    expect(await guessAtPages()).toEqual(await guessAtPages('nobody@example.com'))
    expect((await signIn(at(HOME), WRONG, 'nobody@example.com')).state.code).toBe('RATE_LIMITED')
  })
})

describe('F-53: operators', () => {
  test('F-53: twenty wrong tries from anywhere do not keep an operator out where they signed in before', async () => {
    const operator = await makeOperator(accountId)
    const laptop = at(HOME)
    expect(await enter(laptop, operator.email, operator.password)).toMatchObject({ location: '/dashboard' })
    for (let n = 0; n < 20; n += 1) await enter(at(STRANGERS[n % 6] ?? ''), operator.email, WRONG)
    expect(await enter(at(AWAY), operator.email, operator.password)).toMatchObject(THROTTLED)
    expect(await enter(at(HOME), operator.email, operator.password)).toMatchObject({ location: '/dashboard' })
    laptop.ip = AWAY
    expect(await enter(laptop, operator.email, operator.password)).toMatchObject({ location: '/dashboard' })
  })

  test('F-53: a customer’s browser is nobody’s to the dashboard, though the address is the same text', async () => {
    const operator = await makeOperator(accountId, { email })
    const laptop = at(HOME)
    await signIn(laptop)
    for (let n = 0; n < 20; n += 1) await enter(at(STRANGERS[n % 6] ?? ''), email, WRONG)
    expect(await enter(laptop, email, operator.password)).toMatchObject(THROTTLED)
    expect(await signIn(laptop)).toMatchObject(IN)
  })
})

describe('F-53: forgotten passwords', () => {
  const ask = (browser: Browser) => browser.send('/forgot-password', pages.forgot, { email })
  const askApi = (ip: string) => v3('/v3/accounts/reset-password-request', { ip, body: { accountId, email } })

  test('F-53: strangers who ask for reset mails do not keep the owner from asking', async () => {
    const laptop = at(HOME)
    await signIn(laptop)
    for (let n = 0; n < 12; n += 1) {
      await sqlClient()`delete from throttles where key like 'reset-0-minute:%'`
      await askApi(STRANGERS[n % 6] ?? '')
    }
    expect((await askApi(AWAY)).status).toBe(429)
    expect((await ask(at(AWAY))).state.code).toBe('RATE_LIMITED')
    expect((await ask(at(HOME))).state.ok).toBe(true)
    expect((await askApi(HOME)).status).toBeLessThan(300)
    laptop.ip = AWAY
    expect((await ask(laptop)).state.ok).toBe(true)
  })

  test('F-53: the owner’s place is limited, too: four a minute', async () => {
    const laptop = at(HOME)
    await signIn(laptop)
    const states = []
    for (let n = 0; n < 5; n += 1) states.push((await ask(laptop)).state.code ?? 'asked')
    expect(states).toEqual([...Array(4).fill('asked'), 'RATE_LIMITED'])
  })

  test('F-53: with the new password the owner signs in where they set it, whatever strangers try meanwhile', async () => {
    await signIn(at(HOME))
    const token = await makeMachineToken(accountId, 'user:write')
    const { resetPasswordToken } = bodyOf(
      await v3(`/v3/users/${userId}/reset-password-token`, { method: 'POST', token }),
      z.object({ resetPasswordToken: z.string() }),
    )
    await guessAtPages()
    const given = { token: resetPasswordToken, newPassword: NEW_PASSWORD }
    expect((await v3(`/v3/users/${userId}/reset-password`, { ip: AWAY, body: given })).status).toBeLessThan(
      300,
    )
    expect(await signIn(at(AWAY), NEW_PASSWORD)).toMatchObject(IN)
  })
})

describe('F-53: codes of a second factor', () => {
  const Token = z.object({ accessToken: z.string() })
  const codeOf = (secret: string, steps = 0) =>
    generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + 30 * steps })

  async function withSecondFactor() {
    const token = bodyOf(await login(HOME), Token).accessToken
    const answer = await v3('/v3/me/2fa-secret', { method: 'POST', token })
    const { url } = bodyOf(answer, z.object({ url: z.url() }))
    const secret = new URL(url).searchParams.get('secret') ?? ''
    const body = { twoFactorEnabled: true, twoFactorCode: codeOf(secret, -1) }
    expect((await v3('/v3/me', { method: 'PATCH', token, body, ip: HOME })).status).toBe(200)
    return { token, secret }
  }

  test('F-53: a stranger who knows the password and tries codes does not keep the owner out', async () => {
    const { secret } = await withSecondFactor()
    const laptop = at(HOME)
    const enterCode = (browser: Browser, twoFactorCode: string) =>
      browser.send('/login/code', pages.code, { twoFactorCode })
    expect((await signIn(laptop)).location).toBe('/login/code')
    expect(await enterCode(laptop, codeOf(secret))).toMatchObject(IN)
    for (let n = 0; n < 12; n += 1) {
      await sqlClient()`delete from throttles where key like '%-minute:%'`
      expect((await login(STRANGERS[n % 6] ?? '', { twoFactorCode: '000000' })).status).not.toBe(200)
    }
    const stranger = await login(AWAY, { twoFactorCode: codeOf(secret, 1) })
    expect(stranger.body).toMatchObject({ code: expect.stringMatching(/RATE_LIMITED|LOCKED/) })
    expect((await signIn(laptop)).location).toBe('/login/code')
    expect(await enterCode(laptop, codeOf(secret, 1))).toMatchObject(IN)
  })

  test('F-53: wrong codes and old passwords inside a stolen session do not use up the owner’s', async () => {
    const { token, secret } = await withSecondFactor()
    const off = (ip: string, fields: object) =>
      v3('/v3/me', { method: 'PATCH', token, ip, body: { twoFactorEnabled: false, ...fields } })
    const change = (ip: string, oldPassword: string) =>
      v3('/v3/me/update-password', { token, ip, body: { oldPassword, newPassword: NEW_PASSWORD } })
    for (let n = 0; n < 8; n += 1) {
      await off(AWAY, { twoFactorCode: '000000' })
      await change(AWAY, WRONG)
    }
    expect((await off(AWAY, { twoFactorCode: codeOf(secret) })).status).toBe(429)
    expect((await change(AWAY, USER_PASSWORD)).status).toBe(429)
    expect((await off(HOME, { twoFactorCode: codeOf(secret) })).status).toBe(200)
    expect((await change(HOME, USER_PASSWORD)).status).toBeLessThan(300)
  })
})

describe('F-40: the device cookie', () => {
  const device = (browser: Browser) => browser.cookies.get('latchkey.device')
  const places = () => db().select().from(knownPlaces)

  test('F-40: is out of reach of scripts, lasts half a year, and the database holds only its hash', async () => {
    const laptop = at(HOME)
    const answer = await laptop.run('/login', async () => {
      const form = new FormData()
      form.set('email', email)
      form.set('password', USER_PASSWORD)
      return Response.json(await (await pages.signIn())({}, form))
    })
    const line = answer.headers.getSetCookie().find((each) => each.startsWith('latchkey.device='))
    expect(line).toMatch(/HttpOnly/i)
    expect(line).toMatch(/SameSite=lax/i)
    expect(line).toMatch(new RegExp(`Max-Age=${180 * 86_400}`, 'i'))
    const rows = JSON.stringify(await places())
    expect(rows).not.toContain(device(laptop))
    expect(rows).not.toContain(HOME)
  })

  test('F-40: opens nothing, and one that somebody made up, or somebody else’s, counts as none', async () => {
    const laptop = at(HOME)
    await signIn(laptop)
    const other = await makeUser(accountId)
    const stranger = at(AWAY)
    await signIn(stranger, USER_PASSWORD, other.email)
    await guessAtPages()
    expect(await signIn(stranger), 'another user’s').toMatchObject(THROTTLED)
    stranger.cookies.set('latchkey.device', 'A'.repeat(43))
    expect(await signIn(stranger), 'made up').toMatchObject(THROTTLED)
    const twice = at(AWAY)
    twice.cookies.set('latchkey.device', `${device(laptop)}; latchkey.device=${'B'.repeat(43)}`)
    expect(await signIn(twice), 'there twice').toMatchObject(THROTTLED)
    const onlyDevice = at(AWAY)
    onlyDevice.cookies.set('latchkey.device', device(laptop) ?? '')
    expect((await signIn(onlyDevice, WRONG)).state.code).toBe('AUTHENTICATION_FAILED')
    expect([...onlyDevice.cookies.keys()]).toEqual(['latchkey.device'])
  })

  test('F-40: one that a stranger planted in the owner’s browser does not become the owner’s', async () => {
    const planted = 'P'.repeat(43)
    const laptop = at(HOME)
    laptop.cookies.set('latchkey.device', planted)
    await signIn(laptop)
    expect(device(laptop)?.split('.')).toHaveLength(2)
    await guessAtPages()
    const stranger = at(AWAY)
    stranger.cookies.set('latchkey.device', planted)
    expect(await signIn(stranger)).toMatchObject(THROTTLED)
  })

  test('F-40: knows several people who share a browser', async () => {
    const shared = at(HOME)
    await signIn(shared)
    const other = await makeUser(accountId)
    await signIn(shared, USER_PASSWORD, other.email)
    shared.ip = AWAY
    await guessAtPages()
    await guessAtPages(other.email)
    expect(await signIn(shared)).toMatchObject(IN)
    expect(await signIn(shared, USER_PASSWORD, other.email)).toMatchObject(IN)
  })

  test('F-40: dies with a password reset; a change by the owner forgets every other place', async () => {
    const stolen = at(AWAY)
    await signIn(stolen)
    const laptop = at(HOME)
    await signIn(laptop)
    const changed = await laptop.run('/me/security', async () => {
      const { customerContext } = await import('#lib/web/sessions/customer.ts')
      const ctx = authorize(await customerContext(), 'me:write')
      await changeMyPassword(ctx, { oldPassword: USER_PASSWORD, newPassword: NEW_PASSWORD })
      return Response.json({})
    })
    expect(changed.status).toBe(200)
    await guessAtPages()
    expect(await signIn(stolen, NEW_PASSWORD)).toMatchObject(THROTTLED)
    laptop.ip = '192.0.2.1'
    expect(await signIn(laptop, NEW_PASSWORD)).toMatchObject(IN)

    const token = await makeMachineToken(accountId, 'user:write')
    const body = { newPassword: 'another quiet walnut door' }
    expect((await v3(`/v3/users/${userId}/update-password`, { token, body })).status).toBeLessThan(300)
    expect(await signIn(laptop, body.newPassword)).toMatchObject(THROTTLED)
  })
})

test('F-40: who is signed in when places begin to be remembered is known where they are', async () => {
  const operator = await makeOperator(accountId)
  await login(HOME)
  await enter(at(HOME), operator.email, operator.password)
  // As an installation is that an older version leaves behind.
  await sqlClient()`delete from known_places`
  await purge(authorize(contextFor(systemActor('purge'), { accountId, ip: null }), 'system:work'))
  await guessAtPages()
  for (let n = 0; n < 20; n += 1) await enter(at(STRANGERS[n % 6] ?? ''), operator.email, WRONG)
  expect(await signIn(at(HOME))).toMatchObject(IN)
  expect(await enter(at(HOME), operator.email, operator.password)).toMatchObject({ location: '/dashboard' })
})

test('F-40: whatever strangers try in whatever order, a known place is refused only by its own attempts', async () => {
  const whoever = fc.record({
    who: fc.constantFrom('stranger', 'stranger', 'stranger', 'owner', 'browser'),
    from: fc.nat({ max: 40 }),
    area: fc.constantFrom('user' as const, 'operator' as const),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(whoever, { minLength: 10, maxLength: 60 }),
      fc.uuid(),
      async (attempts, identifier) => {
        const own = new Map<string, number>()
        for (const { who, from, area } of attempts) {
          const ip = who === 'stranger' ? `203.0.113.${from}` : HOME
          const place = who === 'stranger' ? undefined : { key: who, isDevice: who === 'browser' }
          const ctx = contextFor(visitorActor, { accountId, ip })
          const refused = await throttleSignIn(ctx, { area, identifier, place }).then(
            () => false,
            (error: unknown) => error instanceof AppError && error.code === 'RATE_LIMITED',
          )
          if (who === 'stranger') continue
          const key = `${area} ${who}`
          const used = own.get(key) ?? 0
          expect(refused).toBe(used >= 6)
          if (!refused) own.set(key, used + 1)
        }
        await sqlClient()`delete from throttles`
      },
    ),
    { numRuns: 10 },
  )
})
