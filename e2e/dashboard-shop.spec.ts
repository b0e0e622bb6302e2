import { register } from './support/customer.ts'
import { expectFieldError } from './support/fields.ts'
import { makeMachine } from './support/machine.ts'
import { operator as credentials } from './support/operator.ts'
import { buy } from './support/purchase.ts'
import { expect, test } from './support/test.ts'
import { expectSound, visit } from './support/visit.ts'

test('SF-09: a product with a price is made, published, offered to everybody, and taken off sale', async ({
  page,
  operator,
}) => {
  const name = `Gadget ${Date.now()}`
  await visit(operator, '/dashboard/products')
  await operator.getByRole('link', { name: 'New product' }).click()
  await operator.getByRole('button', { name: 'Create product' }).click()
  await expectFieldError(operator, 'Internal name')
  await operator.getByLabel('Display name').fill(name)
  await operator.getByLabel('Internal name').fill(name.toLowerCase())
  await operator.getByRole('button', { name: 'Create product' }).click()
  await expect(operator.getByText('The product is created.')).toBeVisible()
  await expect(operator.getByRole('main')).toContainText('-----BEGIN PUBLIC KEY-----')
  await expectSound(operator)

  await operator.getByRole('link', { name: 'New price' }).click()
  await expectSound(operator)
  await operator.getByLabel('Name').fill('Lifetime')
  await operator.getByLabel('Amount').fill('12.34')
  await operator.getByRole('button', { name: /^(Create|Save)/ }).click()
  await expect(operator.getByText('The price is created as a draft.')).toBeVisible()
  await page.goto('/')
  await expect(page.getByText(name)).toHaveCount(0)

  await operator.getByRole('button', { name: 'Publish' }).click()
  await expect(operator.getByText('The price is on sale.')).toBeVisible()
  await page.goto('/')
  await expect(page.getByRole('article').filter({ hasText: name })).toContainText('12.34')

  await operator.getByRole('button', { name: 'Archive Lifetime' }).click()
  await operator.getByRole('dialog').getByRole('button', { name: 'Archive price' }).click()
  await expect(operator.getByText('The price is not on sale any more.')).toBeVisible()
  await page.goto('/')
  await expect(page.getByText(name)).toHaveCount(0)
})

test('an order shows its license and the provider’s events, and a replay changes nothing', async ({
  page,
  operator,
}) => {
  const { email } = await register(page)
  const key = await buy(page, 'monthly')
  await visit(operator, `/dashboard/orders?query=${email}`)
  await operator.getByRole('table').getByRole('link').click()
  await expect(operator.getByRole('main')).toContainText('Subscription')
  await expect(operator.getByRole('link', { name: key.slice(0, 6) })).toBeVisible()
  await expect(async () => {
    await operator.reload()
    await expect(operator.getByRole('table')).toContainText('checkout.session.completed', { timeout: 1000 })
  }, 'webhooks arrive after the page').toPass()
  await expectSound(operator)
  await operator.getByRole('form', { name: 'Replay' }).getByRole('button', { name: 'Replay' }).click()
  await expect(operator.getByText('It is being looked at again.')).toBeVisible()
  await page.goto('/me/licenses')
  await expect(page.getByRole('main').getByRole('code')).toHaveText([key])
})

test('a personal access token is shown once, works within its scopes, and is refused once revoked', async ({
  operator,
  run,
  request,
}) => {
  await visit(operator, '/dashboard/tokens/new')
  const name = `ci ${Date.now()}`
  const token = await makeMachine(operator, ['license:read'], name)
  await expectSound(operator)
  const call = (path: string) =>
    request.get(`${run.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  expect((await call('/v3/licenses')).status()).toBe(200)
  expect((await call('/v3/users')).status()).toBe(403)
  expect((await call('/v3/me')).status(), 'a machine is nobody’s user').toBe(403)

  await operator.goto('/dashboard/tokens')
  expect(await operator.content()).not.toContain(token)
  await operator.getByRole('button', { name: `Revoke ${name}` }).click()
  await operator.getByRole('dialog').getByRole('button', { name: 'Revoke token' }).click()
  await expect(operator.getByText('The token is revoked.')).toBeVisible()
  const refused = await call('/v3/licenses')
  expect(refused.status()).toBe(401)
  expect(await refused.json()).toMatchObject({ code: 'INVALID_TOKEN' })
})

test('SF-02: what an operator does stands in the event log under the operator, and the chain is intact', async ({
  operator,
}) => {
  await makeMachine(operator, ['license:read'])
  await visit(operator, '/dashboard/events')
  await operator.getByLabel('Event', { exact: true }).fill('personal-access-token')
  await operator.getByRole('button', { name: 'Search' }).click()
  const row = operator.getByRole('table').getByRole('row').nth(1)
  await expect(row).toContainText('personal-access-token')
  await expect(row).toContainText(/operator|Ada Operator/)
  await operator.getByRole('link', { name: 'Check the chain' }).click()
  await expect(operator.getByText('The chain is intact')).toBeVisible()
})

test('an operator signs out, and the copied cookie opens nothing', async ({ run, openBrowser }) => {
  const page = await openBrowser({ baseURL: run.url })
  await page.goto('/dashboard/login')
  await page.getByLabel('Email').fill(credentials.email)
  await page.getByLabel('Password').fill(credentials.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL('/dashboard')
  const stolen = await page.context().storageState()
  const answered = page.waitForResponse((response) => response.url().endsWith('/dashboard/sign-out'))
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/dashboard\/login/)
  expect((await (await answered).allHeaders())['clear-site-data']).toBe('"cache", "storage"')
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'Overview' })).toHaveCount(0)
  const thief = await openBrowser({ storageState: stolen })
  await thief.goto('/dashboard/users')
  await expect(thief).toHaveURL(/\/dashboard\/login/)
})

test('an operator signs in and out with JavaScript switched off', async ({ openBrowser }) => {
  const page = await openBrowser({ javaScriptEnabled: false })
  await page.goto('/dashboard/login')
  await page.getByLabel('Email').fill(credentials.email)
  await page.getByLabel('Password').fill(credentials.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL('/dashboard')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByText('You are signed out.')).toBeVisible()
  await page.goto('/dashboard')
  await expect(page).toHaveURL('/dashboard/login')
})
