import type { Page } from '@playwright/test'
import { newCustomer, register } from './support/customer.ts'
import { expectFieldError } from './support/fields.ts'
import { buy } from './support/purchase.ts'
import { rememberSecret } from './support/run.ts'
import { expect, test } from './support/test.ts'
import { expectSound, visit } from './support/visit.ts'

/** Opens a license in the dashboard by its key. */
async function openLicense(operator: Page, key: string): Promise<void> {
  await operator.goto(`/dashboard/licenses?key=${key}`)
  await operator
    .getByRole('table', { name: 'Licenses' })
    .getByRole('link', { name: key.slice(0, 8) })
    .click()
  await expect(operator.getByRole('main').getByRole('code').first()).toHaveText(key)
}

async function confirm(operator: Page, opener: string, button: string): Promise<void> {
  await operator.getByRole('button', { name: opener }).click()
  await operator.getByRole('dialog').getByRole('button', { name: button }).click()
}

test('licenses are found by the beginning of the key, by user, product and status', async ({
  page,
  operator,
}) => {
  const { email } = await register(page)
  const key = await buy(page, 'yearly')
  await visit(operator, '/dashboard/licenses')
  const search = async (fill: () => Promise<unknown>, isFound: boolean) => {
    await operator.goto('/dashboard/licenses')
    await operator.getByLabel('User’s email').fill(email)
    await fill()
    await operator.getByRole('button', { name: 'Search' }).click()
    await expect(operator.getByText(key.slice(0, 8))).toHaveCount(isFound ? 1 : 0)
    await expect(operator.getByText('No license matches')).toHaveCount(isFound ? 0 : 1)
  }
  await search(() => operator.getByLabel('Key, its beginning or end').fill(key.slice(0, 4)), true)
  await search(() => operator.getByLabel('Key, its beginning or end').fill(key), true)
  await search(() => operator.getByLabel('Key, its beginning or end').fill('zzzz'), false)
  await search(() => operator.getByLabel('Product').selectOption({ label: 'Acme Studio' }), true)
  await search(() => operator.getByLabel('Product').selectOption({ label: 'Acme Sketch' }), false)
  await search(() => operator.getByLabel('Status').selectOption({ label: 'Active' }), true)
  await search(() => operator.getByLabel('Status').selectOption({ label: 'Revoked' }), false)
})

test('suspending and revoking show at once to the customer, and are taken back', async ({
  page,
  operator,
}) => {
  await register(page)
  const key = await buy(page)
  const customerSees = async (status: string) => {
    await page.goto('/me/licenses')
    await expect(page.getByRole('main').getByRole('listitem')).toContainText(status)
  }
  await openLicense(operator, key)
  await expectSound(operator)
  await confirm(operator, 'Suspend…', 'Suspend license')
  await expect(operator.getByRole('button', { name: 'Lift suspension…' })).toBeVisible()
  await customerSees('Suspended')
  await confirm(operator, 'Lift suspension…', 'Unsuspend license')
  await expect(operator.getByRole('button', { name: 'Suspend…' })).toBeVisible()
  await customerSees('Active')
  await confirm(operator, 'Revoke…', 'Revoke license')
  await expect(operator.getByRole('button', { name: 'Reinstate…' })).toBeVisible()
  await customerSees('Revoked')
  await confirm(operator, 'Reinstate…', 'Reinstate license')
  await expect(operator.getByRole('button', { name: 'Revoke…' })).toBeVisible()
  await customerSees('Active')
  await operator.reload()
  const history = operator.getByRole('main')
  await expect(history).toContainText('license.updated')
})

test('the expiry is set by hand, also to never', async ({ page, operator }) => {
  await register(page)
  const key = await buy(page, 'monthly')
  await openLicense(operator, key)
  const set = async (value: string) => {
    await operator.getByText('Set expiry').first().click()
    await operator.getByLabel('Expires (UTC)').fill(value)
    await operator.getByRole('button', { name: 'Set expiry' }).click()
  }
  await set('2040-05-06T07:08:09')
  await expect(operator.getByText('May 6, 2040, 7:08 AM UTC').first()).toBeVisible()
  await page.goto('/me/licenses')
  await expect(page.getByRole('main')).toContainText('May 6, 2040')
  await set('')
  await expect(operator.getByText('Never', { exact: true })).toBeVisible()
})

test('a license with an interval is renewed by one interval', async ({ operator }) => {
  const tag = `renewable ${Date.now()}`
  await visit(operator, '/dashboard/templates/new')
  await operator.getByLabel('Name').fill(tag)
  await operator.getByLabel('Interval', { exact: true }).fill('not an interval')
  await operator.getByRole('button', { name: 'Create template' }).click()
  await expectFieldError(operator, 'Interval')
  await operator.getByLabel('Interval', { exact: true }).fill('P1Y')
  await operator.getByRole('button', { name: 'Create template' }).click()
  await expect(operator.getByText('The license template is created.')).toBeVisible()

  await operator.goto('/dashboard/licenses/new')
  await operator.getByLabel('License template').selectOption({ label: tag })
  await operator.getByLabel('Email').fill(newCustomer().email)
  await operator.getByLabel('Create the user if there is none with this address').check()
  await operator.getByRole('button', { name: 'Create license' }).click()
  const expiry = operator.getByRole('main').getByText(/^[A-Z][a-z]{2} \d+, \d{4}, /)
  const year = new Date().getUTCFullYear()
  await expect(expiry.first()).toContainText(String(year + 1))
  await operator.getByText('Renew', { exact: true }).click()
  await operator.getByRole('button', { name: 'Renew license' }).click()
  await expect(expiry.first()).toContainText(String(year + 2))
})

test('a license made by hand is the user’s, and its key is mailed; the mail is sent again on request', async ({
  page,
  operator,
  guard,
}) => {
  const customer = await register(page)
  await visit(operator, '/dashboard/licenses/new')
  await operator.getByLabel('Product').selectOption({ label: 'Acme Sketch' })
  await operator.getByLabel('Email').fill('nobody-here@example.test')
  await operator.getByRole('button', { name: 'Create license' }).click()
  await expectFieldError(operator, 'Email')
  await operator.getByLabel('Email').fill(customer.email)
  await operator.getByLabel('Payment').selectOption({ label: 'Paid elsewhere' })
  await operator.getByLabel('Notes').fill('Invoice 2026-17')
  await operator.getByRole('button', { name: 'Create license' }).click()
  // Nobody has proved the address so far: the form asks.
  await operator.getByLabel(`Give it to ${customer.email} all the same`).check()
  await operator.getByRole('button', { name: 'Create license' }).click()
  const code = operator.getByRole('main').getByRole('code').first()
  await expect(code).toHaveText(/^\S{16,}$/)
  const key = (await code.textContent()) ?? ''
  rememberSecret('license key', key)
  await page.goto('/me/licenses')
  await expect(page.getByRole('main').getByRole('code')).toHaveText([key])

  await operator.getByText('Resend the key').first().click()
  await operator.getByRole('button', { name: 'Resend key' }).click()
  await expect(operator.getByRole('main').getByRole('status')).toBeVisible()
  await expectKeyMails(operator, customer.email, 2)
  await operator.getByRole('row').filter({ hasText: customer.email }).getByRole('link').first().click()
  await expect(operator.getByRole('main')).toContainText(key)
  await expect(operator.getByTitle('The mail', { exact: true }).contentFrame().getByText(key)).toBeVisible()
  const content = await operator.request.get(`${operator.url()}/content`)
  expect(await content.text()).not.toMatch(/<script/i)
  // The mail's frame runs no script at all: neither axe's, which would wait for it, nor that of this test.
  await operator.getByTitle('The mail', { exact: true }).evaluate((frame) => frame.remove())
  await expectSound(operator)
  guard.forgive(/^console: Blocked script execution in .*\/content'/)
})

test('a license is moved to another user: the old one loses it, the new one has it and the mail', async ({
  page,
  operator,
  openBrowser,
}) => {
  await register(page)
  const key = await buy(page)
  const heir = await openBrowser()
  const { email } = await register(heir)
  await openLicense(operator, key)
  await operator.getByText('Move to another user').first().click()
  await operator.getByLabel('Email of the new owner').fill(email)
  await operator.getByRole('button', { name: 'Move license' }).click()
  await operator.getByLabel(`Give it to ${email} all the same`).check()
  await operator.getByRole('button', { name: 'Move license' }).click()
  await expect(operator.getByRole('link', { name: email })).toBeVisible()
  await page.goto('/me/licenses')
  await expect(page.getByRole('main').getByRole('code')).toHaveCount(0)
  await heir.goto('/me/licenses')
  await expect(heir.getByRole('main').getByRole('code')).toHaveText([key])
  await expectKeyMails(operator, email, 1)
})

/** Mails with keys that went to the address, welcome mails not counted. */
async function expectKeyMails(operator: Page, email: string, count: number): Promise<void> {
  await expect(async () => {
    await operator.goto('/dashboard/mailbox')
    const mails = operator.getByRole('row').filter({ hasText: email }).filter({ hasText: /key/i })
    await expect(mails).toHaveCount(count, { timeout: 1000 })
    await expect(mails.filter({ hasText: 'Sent' })).toHaveCount(count, { timeout: 1000 })
  }, 'mails go out by a job').toPass()
}
