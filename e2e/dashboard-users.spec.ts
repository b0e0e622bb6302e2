import { fillRegistration, fillSignIn, newCustomer, register } from './support/customer.ts'
import { expectFieldError } from './support/fields.ts'
import { makeMachine } from './support/machine.ts'
import { buy } from './support/purchase.ts'
import { expect, test } from './support/test.ts'
import { expectSound, visit } from './support/visit.ts'

test('an operator finds a user by email and sees profile, licenses, sessions and events', async ({
  page,
  operator,
}) => {
  const { email } = await register(page)
  const key = await buy(page)
  await visit(operator, '/dashboard/users')
  await operator.getByLabel('Name, email or company').fill(email.slice(0, 18).toUpperCase())
  await operator.getByRole('button', { name: 'Search' }).click()
  await expect(operator.getByRole('table').getByRole('link')).toHaveText([email])
  await operator.getByRole('link', { name: email }).click()
  await expect(operator.getByRole('heading', { level: 1, name: email })).toBeVisible()
  await expect(operator.getByRole('table', { name: 'Licenses of this user' })).toContainText(key.slice(0, 8))
  await expect(operator.getByRole('table', { name: 'Sessions of this user' }).getByRole('row')).toHaveCount(2)
  await expect(operator.getByRole('main')).toContainText('license.created')
  await expectSound(operator)
})

test('a search that nobody matches says so, and can be cleared', async ({ operator }) => {
  await operator.goto('/dashboard/users?query=nobody-has-this-name')
  await expect(operator.getByText('No user matches')).toBeVisible()
  await operator.getByRole('link', { name: 'Clear' }).click()
  await expect(operator).toHaveURL('/dashboard/users')
  await expect(operator.getByLabel('Name, email or company')).toHaveValue('')
})

test('long lists have pages, and a page that makes no sense is the first', async ({
  operator,
  run,
  request,
}) => {
  const tag = `paged${Date.now()}`
  const token = await makeMachine(operator, ['user:write'])
  for (let number = 0; number < 27; number += 1) {
    const created = await request.post(`${run.url}/v3/users`, {
      headers: { authorization: `Bearer ${token}` },
      data: {
        email: `${tag}-${number}@example.test`,
        firstName: 'Page',
        lastName: 'Turner',
        password: `${tag} walnut ${number}`,
      },
    })
    expect(created.status(), await created.text()).toBe(201)
  }
  await visit(operator, `/dashboard/users?query=${tag}`)
  await expect(operator.getByRole('table').getByRole('row')).toHaveCount(26)
  await operator.getByRole('link', { name: /next/i }).click()
  await expect(operator.getByRole('table').getByRole('row')).toHaveCount(3)
  await operator.goto(`/dashboard/users?query=${tag}&page=-7`)
  await expect(operator.getByRole('table').getByRole('row')).toHaveCount(26)
})

test('SF-22, SF-23: a ban counts from the very next request, everywhere; lifting it gives everything back', async ({
  page,
  operator,
  openBrowser,
  guard,
}) => {
  const customer = await register(page)
  const key = await buy(page)
  await page.goto('/me')

  await operator.goto(`/dashboard/users?query=${customer.email}`)
  await operator.getByRole('link', { name: customer.email }).click()
  await operator.getByRole('button', { name: 'Ban…' }).click()
  const dialog = operator.getByRole('dialog', { name: `Ban ${customer.email}?` })
  await expectSound(operator)
  await dialog.getByRole('button', { name: 'Ban user' }).click()
  await expectFieldError(operator, 'Reason')
  await dialog.getByLabel('Reason').fill('Shared the key in a forum')
  await dialog.getByRole('button', { name: 'Ban user' }).click()
  await expect(operator.getByText('The user is banned.')).toBeVisible()
  await expect(operator.getByRole('alert').filter({ hasText: 'Shared the key in a forum' })).toBeVisible()

  // The page was open: its next action fails, its next navigation asks to sign in.
  await page.getByLabel('First name').fill('Too late')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(
    page
      .getByRole('alert')
      .filter({ hasText: /sign in/i })
      .or(page.getByRole('heading', { name: 'Sign in' })),
  ).toBeVisible()
  guard.expectAnswer(401, '/api/me')
  expect((await page.request.get('/api/me')).status()).toBe(401)
  await page.goto('/me/licenses')
  await expect(page).toHaveURL(/\/login/)

  const again = await openBrowser()
  await again.goto('/login')
  await fillSignIn(again, customer)
  await expect(again.getByRole('main').getByRole('alert')).not.toContainText(/ban/i)
  await again.goto('/register')
  await fillRegistration(again, { ...customer, email: customer.email.toUpperCase() })
  await expect(again).toHaveURL('/register')
  await again.goto('/me')
  await expect(again).toHaveURL(/\/login/)

  await operator.goto(`/dashboard/licenses?key=${key}`)
  await expect(operator.getByRole('table')).toContainText('Banned')
  await operator.goto(`/dashboard/users?query=${customer.email}`)
  await operator.getByRole('link', { name: customer.email }).click()
  await operator.getByRole('button', { name: 'Lift ban' }).click()
  await operator.getByRole('dialog').getByRole('button', { name: 'Unban user' }).click()
  await expect(operator.getByText('The ban is lifted.')).toBeVisible()
  await again.goto('/login')
  await fillSignIn(again, customer)
  await expect(again).toHaveURL('/me/licenses')
  await expect(again.getByRole('main')).toContainText('Active')
})

test('an operator ends one session of a user, and only that one', async ({ page, operator, openBrowser }) => {
  const customer = await register(page)
  const other = await openBrowser()
  await other.goto('/login')
  await fillSignIn(other, customer)
  await expect(other).toHaveURL('/me/licenses')
  await operator.goto(`/dashboard/users?query=${customer.email}`)
  await operator.getByRole('link', { name: customer.email }).click()
  const sessions = operator.getByRole('table', { name: 'Sessions of this user' })
  await sessions.getByRole('button', { name: 'End this session' }).first().click()
  await operator.getByRole('dialog').getByRole('button', { name: 'End session' }).click()
  await expect(operator.getByText('The session is ended.')).toBeVisible()
  await expect(sessions.getByRole('row')).toHaveCount(2)
  const refused: boolean[] = []
  for (const browser of [page, other]) {
    await browser.goto('/me')
    refused.push(browser.url().includes('/login'))
  }
  expect(refused.filter(Boolean)).toHaveLength(1)
})

test('an operator creates a user by hand, who signs in with the given password', async ({
  page,
  operator,
}) => {
  const customer = newCustomer()
  await visit(operator, '/dashboard/users/new')
  await operator.getByRole('button', { name: 'Create user' }).click()
  await expectFieldError(operator, 'Email')
  await operator.getByLabel('Email').fill(customer.email)
  await operator.getByLabel('First name').fill('Hand')
  await operator.getByLabel('Password').fill(customer.password)
  await operator.getByRole('button', { name: 'Create user' }).click()
  await expect(operator.getByText('The user is created.')).toBeVisible()
  await page.goto('/login')
  await fillSignIn(page, customer)
  await expect(page).toHaveURL(/\/me/)
})
