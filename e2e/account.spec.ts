import { fillRegistration, fillSignIn, newCustomer, register, signIn } from './support/customer.ts'
import { expectFieldError } from './support/fields.ts'
import { rememberSecret } from './support/run.ts'
import { expect, test } from './support/test.ts'
import { expectSound, visit } from './support/visit.ts'

const GOOD = { email: 'somebody@example.test', password: 'walnut bridge harbor copper' }

interface Mistake {
  what: string
  field: string
  fill: { email?: string; password?: string }
  terms?: boolean
  privacy?: boolean
}

const MISTAKES: Mistake[] = [
  { what: 'no email', field: 'Email', fill: { email: '' } },
  { what: 'an email without a domain', field: 'Email', fill: { email: 'somebody' } },
  { what: 'an email with two @', field: 'Email', fill: { email: 'a@b@example.test' } },
  { what: 'an email of 300 characters', field: 'Email', fill: { email: `${'a'.repeat(290)}@example.test` } },
  { what: 'a password of seven characters', field: 'Password', fill: { password: 'qzjxk7w' } },
  { what: 'a password of 129 characters', field: 'Password', fill: { password: `${'x7'.repeat(64)}y` } },
  { what: 'a common password', field: 'Password', fill: { password: 'password123' } },
  { what: 'terms not accepted', field: 'I accept the terms of service', fill: {}, terms: false },
  { what: 'privacy policy not accepted', field: 'I accept the privacy policy', fill: {}, privacy: false },
]

test('RH-01, SF-05: every mistake in the registration is named at its field and nobody is registered', async ({
  page,
}) => {
  await page.goto('/register')
  for (const { what, field, fill, terms = true, privacy = true } of MISTAKES) {
    await test.step(what, async () => {
      const { email, password } = { ...GOOD, ...fill }
      await page.getByLabel('Email').fill(email)
      // The limit of the field itself would cut what is typed.
      await page.getByLabel('Password').evaluate((input) => input.removeAttribute('maxlength'))
      await page.getByLabel('Password').fill(password)
      await page.getByLabel('I accept the terms of service').setChecked(terms)
      await page.getByLabel('I accept the privacy policy').setChecked(privacy)
      const button = page.getByRole('button', { name: 'Create account' })
      // The field may still show the mistake before: what counts is the answer to this one.
      const answered = page.waitForResponse((response) => response.request().method() === 'POST')
      await button.click()
      await answered
      await expect(button).toHaveAttribute('aria-busy', 'false')
      await expectFieldError(page, field)
      await expect(page).toHaveURL('/register')
    })
  }
  await expectSound(page)
  await page.goto('/me')
  await expect(page).toHaveURL(/\/login/)
  await fillSignIn(page, GOOD)
  await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
})

test('an address is registered once, however it is spelled', async ({ page, openBrowser }) => {
  const customer = await register(page)
  const other = await openBrowser()
  await other.goto('/register')
  await fillRegistration(other, { email: `  ${customer.email.toUpperCase()} `, password: customer.password })
  await expect(other.getByRole('main').getByRole('alert')).toBeVisible()
  await other.goto('/me')
  await expect(other).toHaveURL(/\/login/)
})

test('CX-02: scripts of the page can read no token, and the cookie is out of their reach', async ({
  page,
}) => {
  await register(page)
  const readable = await page.evaluate(() =>
    JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]),
  )
  const cookies = await page.context().cookies()
  const session = cookies.find(({ name }) => name === 'latchkey.session')
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
  expect(readable).not.toContain(session?.value ?? 'none')
  expect(readable).not.toContain('lk_usr_')
})

test('a wrong password and an unknown address get the same answer', async ({ page, openBrowser }) => {
  const customer = await register(page)
  const other = await openBrowser()
  const says: (string | null)[] = []
  for (const attempt of [
    { ...customer, password: 'entirely wrong words' },
    { ...customer, email: newCustomer().email },
  ]) {
    await other.goto('/login')
    await fillSignIn(other, attempt)
    await expect(other.getByRole('main').getByRole('alert')).toBeVisible()
    says.push(await other.getByRole('main').getByRole('alert').textContent())
  }
  expect(says[0]).toBe(says[1])
  await expectSound(other)
})

test('after signing out, the back button shows no private page and the copied cookie opens nothing', async ({
  page,
  openBrowser,
}) => {
  const { email } = await register(page)
  await page.goto('/me')
  await expect(page.getByRole('main')).toContainText(email)
  const stolen = await page.context().storageState()
  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible()
  await page.goBack()
  await expect(page.getByText(email)).toHaveCount(0)
  await page.goto('/me/licenses')
  await expect(page).toHaveURL(/\/login/)

  const thief = await openBrowser({ storageState: stolen })
  await thief.goto('/me')
  await expect(thief).toHaveURL(/\/login/)
})

test('RH-09: of two sessions one revokes the other, which is refused on its very next request', async ({
  page,
  openBrowser,
}) => {
  const customer = await register(page)
  const other = await openBrowser()
  await signIn(other, customer)
  await visit(page, '/me/security')
  const sessions = page.getByRole('form', { name: 'Sessions' })
  await expect(sessions.getByRole('listitem')).toHaveCount(2)
  await sessions.getByRole('button', { name: /^Sign out (?!everywhere)/ }).click()
  await expect(sessions.getByRole('listitem')).toHaveCount(1)
  await expect(sessions).toContainText('This browser')
  await other.goto('/me')
  await expect(other).toHaveURL(/\/login/)
  await page.goto('/me')
  await expect(page).toHaveURL('/me')
})

test('the profile is changed and stays changed', async ({ page }) => {
  await register(page)
  await visit(page, '/me')
  await page.getByLabel('First name').fill('Grace')
  await page.getByLabel('Last name').fill('Hopper')
  await page.getByRole('main').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('main').getByRole('status')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('First name')).toHaveValue('Grace')
  await expect(page.getByLabel('Last name')).toHaveValue('Hopper')
})

test('a new password needs the old one, and replaces it', async ({ page, openBrowser }) => {
  const customer = await register(page)
  const next = newCustomer().password
  rememberSecret('password', next)
  await page.goto('/me/security')
  const change = async (current: string, password: string) => {
    await page.getByLabel('Current password').fill(current)
    await page.getByLabel('New password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Change password' }).click()
  }
  await change('entirely wrong words', next)
  await expectFieldError(page, 'Current password')
  await change(customer.password, 'short')
  await expectFieldError(page, 'New password')
  await change(customer.password, next)
  await expect(page.getByRole('main').getByRole('status')).toBeVisible()

  const other = await openBrowser()
  await other.goto('/login')
  await fillSignIn(other, customer)
  await expect(other.getByRole('main').getByRole('alert')).toBeVisible()
  await signIn(other, { ...customer, password: next })
})

for (const foreign of [
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/\t/evil.example',
  '/.//evil.example/x',
  '/%2e//evil.example/x',
  '/me/..//evil.example/x',
  '//evil.example\\@127.0.0.1',
]) {
  test(`signing in never leads to a foreign place: ${JSON.stringify(foreign)}`, async ({
    page,
    openBrowser,
    run,
  }) => {
    const customer = await register(page)
    const other = await openBrowser()
    await other.goto(`/login?returnTo=${encodeURIComponent(foreign)}`)
    await fillSignIn(other, customer)
    await expect(other).toHaveURL(/\/me/)
    expect(new URL(other.url()).origin).toBe(run.url)
  })
}

test('signing in leads back to the page that asked for it', async ({ page, openBrowser }) => {
  const customer = await register(page)
  const other = await openBrowser()
  await other.goto('/me/security')
  await expect(other).toHaveURL(/\/login\?returnTo=/)
  await fillSignIn(other, customer)
  await expect(other).toHaveURL('/me/security')
})
