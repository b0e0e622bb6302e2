import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { ownPath, readWebAddress } from '#lib/core/web-address.ts'
import { ensureFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { callNextRoute } from '#tests/helpers/next-route.ts'
import { configureSessions } from '#tests/helpers/sign-in-customer.ts'

const ORIGIN = 'http://portal.test'
const root = join(import.meta.dirname, '..', '..')

/** Where a browser goes that is at the portal and is sent to this. */
const destination = (location: string) => new URL(location, ORIGIN).origin

const HOSTILE = [
  '/.//evil.example/x',
  '/..//evil.example/x',
  '/%2e//evil.example/x',
  '/%2E%2e//evil.example/x',
  '/me/..//evil.example',
  '/me/licenses/../..//evil.example',
  '/./\t/evil.example',
  '//evil.example\\@portal.test',
  'http://portal.test//evil.example/x',
  'http://portal.test@evil.example/',
  'http://portal.test.evil.example/',
  'http://evil.example#http://portal.test/',
  'http:/evil.example',
  'http:evil.example',
  '//portal.test@evil.example/x',
  '／／evil.example',
  'data:text/html,x',
]

describe('F-06: signing in and registering lead to the portal and nowhere else', () => {
  setUpTestDatabase()
  beforeAll(async () => {
    configureSessions(ORIGIN)
  })

  /** Sends the form the way the page does: inside Next, so that redirect and cookies are the real ones. */
  const send = (page: string, fields: Record<string, string>) => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    const handle = async () => {
      const action =
        page === '/login'
          ? (await import('#app/(site)/login/actions.ts')).signInAction
          : (await import('#app/(site)/register/actions.ts')).registerAction
      return Response.json(await action({}, form))
    }
    return callNextRoute(async () => ({ POST: handle }), page, {
      method: 'POST',
      headers: { origin: ORIGIN, 'sec-fetch-site': 'same-origin' },
    })
  }

  test('the way of `/.//evil.example/x` ends at the licenses, after sign-in and after registering', async () => {
    const accountId = await ensureFirstAccount(db(), new Date())
    const { email } = await makeUser(accountId)
    for (const returnTo of HOSTILE.slice(0, 4)) {
      const signedIn = await send('/login', { email, password: USER_PASSWORD, returnTo })
      expect(signedIn.headers.get('location')).toBe('/me/licenses')
      const registered = await send('/register', {
        email: `new-${crypto.randomUUID()}@x.example`,
        password: 'four unrelated quiet words',
        terms: 'on',
        privacy: 'on',
        returnTo,
      })
      expect(registered.headers.get('location')).toBe('/me/licenses')
    }
  })

  test('a path of the portal is followed, as the browser will write it', async () => {
    const accountId = await ensureFirstAccount(db(), new Date())
    const { email } = await makeUser(accountId)
    const answer = await send('/login', { email, password: USER_PASSWORD, returnTo: '/me/./security?a=ü#x' })
    expect(answer.headers.get('location')).toBe('/me/security?a=%C3%BC#x')
  })
})

describe('F-06: an address is judged as the browser will read it', () => {
  test.each(HOSTILE)('%j is no path of ours', (raw) => {
    const path = ownPath(raw, ORIGIN)
    expect(path === undefined || destination(path) === ORIGIN).toBe(true)
    expect(path ?? '').not.toContain('evil')
  })

  test.each([
    ['/me?', '/me'],
    ['/', '/'],
    ['http://portal.test/me/licenses?page=2', '/me/licenses?page=2'],
    ['/buy/1?x=%2F%2Fevil.example', '/buy/1?x=%2F%2Fevil.example'],
    ['/a//b', '/a//b'],
  ])('%s is %s', (raw, path) => {
    expect(ownPath(raw, ORIGIN)).toBe(path)
  })

  const pieces = fc.constantFrom(
    ...'/\\.:@?#%&=;~'.split(''),
    ...[
      '\t',
      '\n',
      '\r',
      '\0',
      ' ',
      '\u00a0',
      '\u2028',
      '\ufeff',
      '\u200b',
      '\u3002',
      '\uff0f',
      '\u2215',
      '\uff0e',
    ],
    ...[
      '..',
      './',
      '//',
      '/./',
      '%2e',
      '%2E',
      '%2f',
      '%5c',
      '%09',
      'http:',
      'https:',
      'javascript:',
      'data:',
    ],
    ...['evil.example', 'portal.test', 'me', 'ü', '[::1]', '0x7f.1', ORIGIN, `${ORIGIN}/`],
  )
  const text = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''))

  test('whatever passes leads to our origin, however often it is read and written again', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((rest) => `/${rest}`),
        ),
        (raw) => {
          const path = ownPath(raw, ORIGIN)
          if (path === undefined) return
          expect(path.startsWith('/') && !path.startsWith('//')).toBe(true)
          const read = new URL(path, ORIGIN)
          expect(read.origin).toBe(ORIGIN)
          // What a router does that keeps only the parts of an address.
          expect(destination(read.pathname + read.search + read.hash)).toBe(ORIGIN)
          expect(ownPath(path, ORIGIN)).toBe(path)
        },
      ),
      { numRuns: 20_000 },
    )
  })

  test('whatever is shown as a link is http or https, without a password', () => {
    fc.assert(
      fc.property(text, (raw) => {
        const url = readWebAddress(raw)
        if (!url) return
        expect(['http:', 'https:']).toContain(new URL(url.href).protocol)
        expect(`${new URL(url.href).username}${new URL(url.href).password}`).toBe('')
      }),
      { numRuns: 20_000 },
    )
    for (const raw of [
      'javascript:alert(1)',
      'java\nscript:alert(1)',
      'data:text/html,x',
      'https://a:b@c.example/',
    ])
      expect(readWebAddress(raw)).toBeUndefined()
  })
})

describe('F-06: every redirect of the tree is fixed, or judged', () => {
  const files = ['app', 'lib', 'server', 'middleware.ts'].flatMap((top) =>
    top.endsWith('.ts')
      ? [top]
      : readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
          .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
          .map((file) => `${top}/${file}`),
  )
  /** Begins with a path of our own, or was judged by the functions that do so. */
  const FIXED = /^(['"`]\/(?![/\\{])|`\{(env\(\)\.)?PUBLIC_URL\}|(safeReturnTo|withReturnTo)\()/
  /** Constants and values whose origin was looked at. */
  const KNOWN = new Map([
    ['PAGE', 'a constant path'],
    ['`{PAGE}?done=on`', 'a constant path'],
    ['`{PAGE}?done=off`', 'a constant path'],
    ['OPERATOR_LOGIN', 'a constant path'],
    ['page.href', 'read by readWebAddress'],
    ['`{page}?refused={error.code}`', 'the page is a fixed path of the route'],
    ['answer.redirect', 'the payment emulator, on its own pages'],
    ['canonical.origin + path', 'read by ownPath'],
    [
      'await downloadMyFile(ctx, { licenseId: id, fileId })',
      'a file’s address was read by readWebAddress when written',
    ],
    ['`{page}?done=no-file`', 'the page is a fixed path of the route'],
    ['new URL(signIn, request.nextUrl.origin), 307', 'one of two fixed pages'],
    ['request, response, canonical', 'read by ownPath inside'],
  ])

  /** The arguments of every redirecting call, and what a `location` header is set to. */
  function targets(source: string): string[] {
    const found: string[] = []
    for (const match of source.matchAll(/(?<!function )(?:\b(?:redirect|permanentRedirect|seeOther))\(/g)) {
      let depth = 1
      let end = match.index + match[0].length
      const start = end
      for (; depth > 0 && end < source.length; end++) {
        if (source[end] === '(') depth++
        if (source[end] === ')') depth--
      }
      found.push(
        source
          .slice(start, end - 1)
          .replaceAll(/\s+/g, ' ')
          .trim(),
      )
    }
    for (const match of source.matchAll(
      /\blocation: (?!LocationDto|toLocationDto|string)([^\n]+?)(?:,? '[a-z-]+':.*)?,?$/gm,
    ))
      found.push(match[1] ?? '')
    // A template's `$` is left out, so that the tables above can be plain text.
    return found.map((target) => target.replaceAll('$', ''))
  }

  test('and a planted one is found', () => {
    expect(targets("redirect(input.next)\nreturn { location: query.to, 'cache-control': 'x' }")).toEqual([
      'input.next',
      'query.to',
    ])
    expect(FIXED.test("'//evil.example'")).toBe(false)
    expect(FIXED.test('input.next')).toBe(false)
  })

  test('none takes its address from outside unread', () => {
    const strays = files.flatMap((file) =>
      targets(readFileSync(join(root, file), 'utf8'))
        .filter((target) => !FIXED.test(target) && !KNOWN.has(target))
        .map((target) => `${file}: ${target}`),
    )
    expect(strays).toEqual([])
  })
})
