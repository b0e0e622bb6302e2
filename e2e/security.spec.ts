import { register } from './support/customer.ts'
import { expect, test } from './support/test.ts'

/** The same private pages in several spellings. */
const PRIVATE = [
  '/me/licenses',
  '/dashboard/users',
  '/me/licenses?_rsc=abc',
  '//me/licenses',
  '/%6De/licenses',
]

const MISSING = '0190a0a0-0000-7000-8000-000000000000'

/** Pages of every area, and those that stand where nothing is. */
const PAGES: { path: string; as: 'visitor' | 'customer' | 'operator'; status: number }[] = [
  { path: '/', as: 'visitor', status: 200 },
  { path: '/register', as: 'visitor', status: 200 },
  { path: '/login', as: 'visitor', status: 200 },
  { path: '/docs/api', as: 'visitor', status: 200 },
  { path: '/legal/terms', as: 'visitor', status: 200 },
  { path: '/legal/privacy', as: 'visitor', status: 200 },
  { path: '/dashboard/login', as: 'visitor', status: 200 },
  { path: '/dashboard/setup', as: 'visitor', status: 200 },
  { path: '/nowhere/at/all', as: 'visitor', status: 404 },
  { path: '/me', as: 'customer', status: 200 },
  { path: '/me/licenses', as: 'customer', status: 200 },
  { path: '/me/security', as: 'customer', status: 200 },
  { path: `/me/licenses/${MISSING}`, as: 'customer', status: 404 },
  { path: '/dashboard', as: 'operator', status: 200 },
  { path: '/dashboard/users', as: 'operator', status: 200 },
  { path: `/dashboard/users/${MISSING}`, as: 'operator', status: 404 },
  { path: '/dashboard/nowhere/at/all', as: 'operator', status: 404 },
]

for (const { path, as, status } of PAGES) {
  test(`${path} carries every security header, and runs only scripts with its nonce`, async ({
    page: visitor,
    operator,
    guard,
  }) => {
    if (status !== 200) guard.expectAnswer(status, path)
    const page = as === 'operator' ? operator : visitor
    if (as === 'customer') await register(page)
    const response = await page.goto(path)
    expect(response?.status()).toBe(status)
    const headers = response?.headers() ?? {}
    const policy = headers['content-security-policy'] ?? ''
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toMatch(/default-src '(self|none)'/)
    const scripts = /script-src ([^;]+)/.exec(policy)?.[1] ?? ''
    expect(scripts).not.toMatch(/unsafe-inline|unsafe-eval/)
    const nonce = /'nonce-([^']+)'/.exec(scripts)?.[1]
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': expect.stringMatching(/origin|no-referrer/),
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers['x-powered-by']).toBeUndefined()
    if (as !== 'visitor') expect(headers['cache-control']).toContain('no-store')
    const tags = (await response?.text())?.match(/<script\b[^>]*>/g) ?? []
    expect(tags.length).toBeGreaterThan(0)
    expect(
      tags.filter((tag) => !tag.includes(`nonce="${nonce}"`)),
      'scripts without the nonce',
    ).toEqual([])
    const again = await page.reload()
    expect(again?.headers()['content-security-policy'], 'each answer has a nonce of its own').not.toContain(
      nonce,
    )
  })
}

test('SF-07: neither cookie opens the other area', async ({ page, operator, openBrowser }) => {
  await register(page)
  await page.goto('/dashboard')
  await expect(page).toHaveURL('/dashboard/login')
  await operator.goto('/me')
  await expect(operator).toHaveURL(/\/login\?/)

  const swap = await openBrowser()
  const ofCustomer = (await page.context().cookies()).find(({ name }) => name === 'latchkey.session')
  const ofOperator = (await operator.context().cookies()).find(({ name }) => name === 'latchkey.operator')
  if (!ofCustomer || !ofOperator) throw new Error('both are signed in')
  await swap.context().addCookies([
    { ...ofCustomer, name: 'latchkey.operator' },
    { ...ofOperator, name: 'latchkey.session' },
  ])
  await swap.goto('/dashboard')
  await expect(swap).toHaveURL('/dashboard/login')
  await swap.goto('/me')
  await expect(swap).toHaveURL(/\/login\?/)
})

for (const [what, headers] of [
  ['a prefetch', { 'next-router-prefetch': '1', rsc: '1', purpose: 'prefetch' }],
  ['a request for server components', { rsc: '1' }],
  [
    'the middleware told that it had run',
    { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
  ],
  [
    'the middleware told so in the src folder',
    {
      'x-middleware-subrequest': 'src/middleware:src/middleware:src/middleware:src/middleware:src/middleware',
    },
  ],
  ['a forged host', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }],
  ['a session cookie as a bearer', { authorization: 'Bearer eyJhbGciOiJkaXIifQ..x.y.z' }],
  ['an empty session cookie', { cookie: 'latchkey.session=; latchkey.operator=' }],
  ['a session cookie of 16 kB', { cookie: `latchkey.session=${'x'.repeat(15_000)}` }],
] satisfies [string, Record<string, string>][]) {
  test(`a visitor sees nothing private by ${what}`, async ({ run, request }) => {
    for (const path of PRIVATE) {
      const response = await request.get(`${run.url}${path}`, { headers, maxRedirects: 0 })
      expect([200, 303, 307, 308, 400, 404, 431], path).toContain(response.status())
      expect(response.headers().location ?? '', path).not.toContain('evil.example')
      // A page that streams may answer 200 with a redirect inside; what counts is that nothing private is in it.
      expect(await response.text(), path).not.toMatch(
        /Search users|Your licenses|No licenses yet|@example\.test/,
      )
    }
  })
}

test('a form sent from a foreign page changes nothing', async ({ page, run, request }) => {
  await register(page)
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const foreign = { cookie: cookies, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  const patched = await request.patch(`${run.url}/api/me`, {
    headers: foreign,
    data: { firstName: 'Mallory' },
  })
  expect(patched.status()).toBe(403)
  const me = await request.get(`${run.url}/api/me`, { headers: { cookie: cookies } })
  expect(await me.text()).not.toContain('Mallory')
})
