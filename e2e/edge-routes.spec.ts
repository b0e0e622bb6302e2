import { register } from './support/customer.ts'
import { buy } from './support/purchase.ts'
import { expect, test } from './support/test.ts'

test('CX-04: /api/me answers with the caller’s own data, by the cookie alone', async ({ page, run }) => {
  const { email } = await register(page)
  const key = await buy(page)
  const request = page.request
  const me = await request.get('/api/me')
  expect(me.status()).toBe(200)
  expect(me.headers()['cache-control']).toContain('no-store')
  expect(await me.json()).toMatchObject({ email })
  const licenses = await request.get('/api/me/licenses')
  expect(licenses.headers()['pagination-count']).toBe('1')
  const [license] = await licenses.json()
  expect(license).toMatchObject({ key })
  expect(await (await request.get(`/api/me/licenses/${license.id}`)).json()).toMatchObject({ id: license.id })
  expect((await request.get('/api/me/activations')).status()).toBe(200)

  const patched = await request.patch('/api/me', {
    data: { firstName: 'Edge' },
    headers: { origin: run.url },
  })
  expect(patched.status()).toBe(200)
  expect(await (await request.get('/api/me')).json()).toMatchObject({ firstName: 'Edge' })
})

test('CX-03: another customer’s license is not there, and without a session nothing is', async ({
  page,
  openBrowser,
  request,
}) => {
  await register(page)
  await buy(page)
  const [license] = await (await page.request.get('/api/me/licenses')).json()
  const other = await openBrowser()
  await register(other)
  expect((await other.request.get(`/api/me/licenses/${license.id}`)).status()).toBe(404)
  expect(await (await other.request.get('/api/me/licenses')).json()).toEqual([])
  for (const path of [
    '/api/me',
    '/api/me/licenses',
    `/api/me/licenses/${license.id}`,
    '/api/me/activations',
  ]) {
    const answer = await request.get(path)
    expect(answer.status(), path).toBe(401)
    expect(await answer.json()).toMatchObject({ code: 'AUTHENTICATION_REQUIRED' })
  }
})

test('SF-22: after signing out the edge routes refuse the copied cookie at once', async ({
  page,
  request,
}) => {
  await register(page)
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  expect((await request.get('/api/me', { headers: { cookie } })).status()).toBe(200)
  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible()
  const answer = await request.get('/api/me', { headers: { cookie } })
  expect(answer.status()).toBe(401)
  expect(await answer.json()).toMatchObject({ code: 'INVALID_TOKEN' })
})

test('healthz and readyz tell that all is well', async ({ request }) => {
  expect((await request.get('/api/healthz')).status()).toBe(200)
  expect((await request.get('/api/readyz')).status()).toBe(200)
})
