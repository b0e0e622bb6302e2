import { fillSignIn, newCustomer, register } from './support/customer.ts'
import { pay, startCheckout } from './support/purchase.ts'
import { expect, test } from './support/test.ts'

test.use({ javaScriptEnabled: false })

test('register, sign out, sign in and buy work with JavaScript switched off', async ({ page }) => {
  const customer = await register(page, newCustomer())
  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await page.goto('/me')
  await expect(page).toHaveURL(/\/login/)
  await fillSignIn(page, customer)
  await expect(page).toHaveURL(/\/me/)
  await startCheckout(page, 'yearly')
  await pay(page)
  await expect(async () => {
    // Without scripts the page cannot look again by itself; it says so and offers to.
    await page.reload()
    await expect(page.getByRole('main').getByRole('code').first()).toHaveText(/^\S{16,}$/, { timeout: 1000 })
  }, 'the license is made by a job').toPass()
  await page.goto('/me/licenses')
  await expect(page.getByRole('main')).toContainText('Active')
})

test('a refused form says what is wrong and keeps what was typed, passwords excepted', async ({ page }) => {
  await page.goto('/register')
  await page.getByLabel('Email').fill('not-an-address')
  await page.getByLabel('Password').fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByLabel('Email')).toHaveValue('not-an-address')
  await expect(page.getByLabel('Password')).toHaveValue('')
  await expect(page.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true')
})
