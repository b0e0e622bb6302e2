import type { Page } from '@playwright/test'
import { generateSync } from 'otplib'
import { type Customer, fillSignIn, register } from './support/customer.ts'
import { rememberSecret } from './support/run.ts'
import { expect, test } from './support/test.ts'
import { expectSound } from './support/visit.ts'

const main = (page: Page) => page.getByRole('main')

/** A code that was not used yet: a step counts once. */
function unusedCodes(secret: string) {
  let last = Math.floor(Date.now() / 30_000) - 2
  return (): string => {
    // The step before and after the present one are taken too.
    last = Math.max(last + 1, Math.floor(Date.now() / 30_000) - 1)
    return generateSync({ secret, epoch: last * 30 })
  }
}

async function setUp(page: Page): Promise<string> {
  await page.goto('/me/security')
  await page.getByRole('link', { name: 'Set up two-step sign-in' }).click()
  await page.getByRole('button', { name: 'Set up two-step sign-in' }).click()
  await expect(page.getByRole('img', { name: 'Code for your authenticator application' })).toBeVisible()
  const shown = await main(page)
    .getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
    .textContent()
  const secret = (shown ?? '').replaceAll(' ', '')
  rememberSecret('authenticator secret', secret)
  return secret
}

async function sendCode(page: Page, code: string, button: string): Promise<void> {
  await page.getByLabel('Six-digit code').fill(code)
  await main(page).getByRole('button', { name: button }).click()
}

async function signOutAndIn(page: Page, customer: Customer): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await page.goto('/login')
  await fillSignIn(page, customer)
  await expect(page).toHaveURL(/\/login\/code/)
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('RH-11: two-step sign-in is set up, asked for, and ended; recovery codes are shown once', async ({
      page,
    }) => {
      const customer = await register(page)
      const secret = await setUp(page)
      const nextCode = unusedCodes(secret)
      if (javaScriptEnabled) await expectSound(page)

      await sendCode(page, '000000', 'Turn on')
      await expect(main(page).getByRole('alert')).toBeVisible()
      await sendCode(page, nextCode(), 'Turn on')
      await expect(main(page).getByText('Two-step sign-in is on.', { exact: false })).toBeVisible()

      await main(page).getByRole('button', { name: 'Make ten recovery codes' }).click()
      const list = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
      await expect(list).toHaveCount(10)
      const codes = await list.allTextContents()
      for (const code of codes) rememberSecret('recovery code', code)
      if (javaScriptEnabled) await expectSound(page)
      await page.goto('/me/security/two-step')
      await expect(main(page).getByText('You have 10 left')).toBeVisible()
      await expect(list).toHaveCount(0)

      await signOutAndIn(page, customer)
      // The first step signs nobody in.
      await page.goto('/me')
      await expect(page).toHaveURL(/\/login/)
      await page.goto('/login/code')
      if (javaScriptEnabled) await expectSound(page)
      await sendCode(page, '000000', 'Sign in')
      await expect(main(page).getByRole('alert')).toBeVisible()
      await sendCode(page, nextCode(), 'Sign in')
      await expect(page).toHaveURL('/me/licenses')

      await signOutAndIn(page, customer)
      await page.getByText('Lost the device?').click()
      await page.getByLabel('Recovery code').fill(codes[0]?.toLowerCase() ?? '')
      await main(page).getByRole('button', { name: 'Sign in' }).click()
      await expect(page).toHaveURL('/me/licenses')

      await page.goto('/me/security/two-step')
      await page.getByLabel('Password').fill(customer.password)
      await main(page).getByRole('button', { name: 'Turn off two-step sign-in' }).click()
      await expect(main(page).getByText('Two-step sign-in is off.')).toBeVisible()
      await page.getByRole('button', { name: 'Sign out' }).first().click()
      await page.goto('/login')
      await fillSignIn(page, customer)
      await expect(page).toHaveURL('/me/licenses')
    })

    test('SF-20: a forgotten password is replaced through the mailbox, once', async ({
      page,
      operator,
      openBrowser,
    }) => {
      const customer = await register(page)
      const visitor = await openBrowser({ javaScriptEnabled })
      await visitor.goto('/login')
      await visitor.getByRole('link', { name: 'Forgot your password?' }).click()
      // The sign-in form that somebody comes from has the same label.
      await expect(visitor.getByRole('heading', { name: 'Forgot your password?', level: 1 })).toBeVisible()
      await visitor.getByLabel('Email').fill(customer.email.toUpperCase())
      await main(visitor).getByRole('button', { name: 'Send the link' }).click()
      await expect(main(visitor).getByRole('status')).toContainText('If somebody has an account')
      const link = await resetLink(operator, customer.email)
      rememberSecret('reset token', new URL(link).searchParams.get('token') ?? '')

      // Mail programs open links, too: looking uses nothing up.
      await visitor.request.get(link)
      await visitor.goto(link)
      if (javaScriptEnabled) await expectSound(visitor)
      const changed = { ...customer, password: `${customer.password} anew` }
      rememberSecret('password', changed.password)
      await visitor.getByLabel('New password').fill('password1')
      await main(visitor).getByRole('button', { name: 'Save the new password' }).click()
      await expect(visitor.getByLabel('New password')).toHaveAttribute('aria-invalid', 'true')
      await visitor.getByLabel('New password').fill(changed.password)
      await main(visitor).getByRole('button', { name: 'Save the new password' }).click()
      await expect(main(visitor).getByText('Your password is changed.', { exact: false })).toBeVisible()
      await fillSignIn(visitor, changed)
      await expect(visitor).toHaveURL('/me/licenses')

      // Whoever was signed in before is not any more, and the link is used up.
      await page.goto('/me')
      await expect(page).toHaveURL(/\/login/)
      await page.goto(link)
      await expect(main(page).getByText('This link is not valid any more.')).toBeVisible()
    })
  })
}

/** The link in the mail, as the local mailbox keeps it. */
async function resetLink(operator: Page, email: string): Promise<string> {
  const row = operator
    .getByRole('row')
    .filter({ hasText: email })
    .filter({ hasText: /new password/i })
  await expect(async () => {
    await operator.goto('/dashboard/mailbox')
    await expect(row.filter({ hasText: 'Sent' })).toHaveCount(1, { timeout: 1000 })
  }, 'mails go out by a job').toPass()
  const path = await row.getByRole('link').first().getAttribute('href')
  const html = await (await operator.request.get(`${path}/content`)).text()
  const link = /href="([^"]*\/reset-password\?[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
  if (!link) throw new Error('the mail holds no link')
  return link
}
