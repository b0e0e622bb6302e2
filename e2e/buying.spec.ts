import { fillRegistration, fillSignIn, newCustomer, register } from './support/customer.ts'
import {
  buy,
  buyButton,
  CARD,
  DECLINED_CARD,
  type OfferName,
  pay,
  shownKey,
  startCheckout,
} from './support/purchase.ts'
import { expect, test } from './support/test.ts'
import { expectSound, visit } from './support/visit.ts'

/** A date that many days ahead, or up to a week later: what was paid for, and some days to pay the next time. */
function inDays(days: number): RegExp {
  const dates = Array.from({ length: 8 }, (_, more) => new Date(Date.now() + (days + more) * 86_400_000))
  const texts = dates.map((date) => date.toLocaleDateString('en', { dateStyle: 'medium', timeZone: 'UTC' }))
  return new RegExp(texts.join('|'))
}

test('CX-06: a visitor buys, registers on the way, pays, and sees the key without reloading; a mail brings it, too', async ({
  page,
  operator,
}) => {
  await visit(page, '/')
  await expect(page.getByRole('button', { name: /^Buy/ })).toHaveCount(3)
  await buyButton(page, 'perpetual').click()
  await expect(page).toHaveURL(/\/(register|login)\?/)
  if (page.url().includes('/login'))
    await page.getByRole('main').getByRole('link', { name: 'Create one' }).click()
  await expectSound(page)
  const customer = newCustomer()
  await fillRegistration(page, customer)

  // Signing up leads back to the offer; the wish to buy it is said once more by the button.
  await buyButton(page, 'perpetual').click()
  await expect(page.getByRole('button', { name: 'Pay' })).toBeVisible()
  await expectSound(page)
  await pay(page)
  const key = await shownKey(page)
  await expectSound(page)

  await visit(page, '/me/licenses')
  await expect(page.getByRole('main')).toContainText('Active')
  await page.getByRole('link', { name: 'License of Acme Sketch' }).click()
  await expect(page).toHaveURL(/\/me\/licenses\/[0-9a-f-]{36}$/)
  await expect(page.getByRole('main').getByRole('code').first()).toHaveText(key)
  await expectSound(page)

  await operator.goto('/dashboard/mailbox')
  await expect(async () => {
    await operator.reload()
    await expect(operator.getByRole('row').filter({ hasText: customer.email }).first()).toBeVisible({
      timeout: 1000,
    })
    await expect(operator.getByRole('row').filter({ hasText: customer.email })).toHaveCount(2, {
      timeout: 1000,
    })
  }, 'mails go out by a job').toPass()
})

for (const [offer, expiry] of [
  ['perpetual', 'Never expires'],
  ['yearly', inDays(365)],
  ['monthly', inDays(30)],
] satisfies [OfferName, string | RegExp][]) {
  test(`the ${offer} offer becomes a license with the right expiry`, async ({ page }) => {
    await register(page)
    await buy(page, offer)
    await page.goto('/me/licenses')
    await expect(page.getByRole('main')).toContainText(expiry)
    await expect(page.getByRole('main')).toContainText('Active')
  })
}

test('a declined card says so, makes no license, and another card pays for the same order', async ({
  page,
  guard,
}) => {
  guard.expectAnswer(402, /^\/test-checkout\//)
  await register(page)
  await startCheckout(page)
  await pay(page, DECLINED_CARD)
  await expect(page.getByRole('alert')).toContainText('declined')
  await expectSound(page)
  await pay(page, CARD)
  const key = await shownKey(page)
  await page.goto('/me/licenses')
  await expect(page.getByRole('main').getByRole('code')).toHaveText([key])
})

test('each mistake on the payment page is said at its field', async ({ page, guard }) => {
  guard.expectAnswer(402, /^\/test-checkout\//)
  await register(page)
  await startCheckout(page)
  await page.getByRole('button', { name: 'Pay' }).click()
  for (const label of ['Card number', 'Expiry', 'Security code']) {
    await expect(page.getByLabel(label)).toHaveAttribute('aria-invalid', 'true')
    await expect(page.getByLabel(label)).toHaveAccessibleDescription(new RegExp(label, 'i'))
  }
})

test('two clicks on Buy make one order, two clicks on Pay one payment', async ({ page }) => {
  await register(page)
  await page.goto('/')
  await buyButton(page, 'perpetual').dblclick()
  await expect(page.getByRole('button', { name: 'Pay' })).toBeVisible()
  await page.getByLabel('Card number').fill(CARD)
  await page.getByLabel('Expiry').fill('12 / 40')
  await page.getByLabel('Security code').fill('123')
  await page.getByRole('button', { name: 'Pay' }).dblclick()
  const key = await shownKey(page)
  await page.goto('/me/licenses')
  await expect(page.getByRole('main').getByRole('code')).toHaveText([key])
})

test('going back from the success page neither pays nor delivers again', async ({ page }) => {
  await register(page)
  const key = await buy(page)
  const success = page.url()
  await page.goBack()
  await page.goto(success)
  expect(await shownKey(page)).toBe(key)
  await page.goto('/me/licenses')
  await expect(page.getByRole('main').getByRole('code')).toHaveText([key])
})

test('leaving the payment page leads back to the shop, without a license', async ({ page }) => {
  await register(page)
  await startCheckout(page)
  await page.getByRole('link', { name: 'Back' }).click()
  await expect(page.getByRole('button', { name: /^Buy/ }).first()).toBeVisible()
  await page.goto('/me/licenses')
  await expect(page.getByRole('main').getByRole('code')).toHaveCount(0)
})

test('the success page of an unpaid order shows no key and makes no license', async ({ page, guard }) => {
  guard.expectAnswer(404, /.*/)
  await register(page)
  await buy(page)
  const success = new URL(page.url())
  await startCheckout(page)
  const unpaid = /cs_test_\w+/.exec(page.url())?.[0] ?? ''
  expect(unpaid).not.toBe('')
  const address = success.href.replace(/cs_test_\w+/, unpaid)
  await page.goto(address)
  await expect(page.getByRole('main')).toBeVisible()
  await expect(page.getByRole('code')).toHaveCount(0)
})

test('the success page of somebody else shows nothing of theirs and signs nobody in', async ({
  page,
  openBrowser,
  guard,
}) => {
  await register(page)
  const key = await buy(page)
  const success = page.url()

  const visitor = await openBrowser()
  await visitor.goto(success)
  await expect(visitor).toHaveURL(/\/login/)
  expect(await visitor.content()).not.toContain(key)
  expect((await visitor.context().cookies()).filter(({ name }) => name.includes('session'))).toEqual([])

  guard.expectAnswer(404, /.*/)
  const other = await openBrowser()
  await register(other)
  await other.goto(success)
  await expect(other.getByRole('code')).toHaveCount(0)
  expect(await other.content()).not.toContain(key)
  await other.goto('/me/licenses')
  await expect(other.getByRole('main')).not.toContainText(key.slice(0, 6))
})

test('Buy leads somebody who has an account through sign-in and back to the offer', async ({
  page,
  openBrowser,
}) => {
  const customer = await register(page)
  const other = await openBrowser()
  await other.goto('/')
  await buyButton(other, 'yearly').click()
  await expect(other).toHaveURL(/\/(register|login)\?/)
  if (other.url().includes('/register')) {
    await other
      .getByRole('main')
      .getByRole('link', { name: /sign in/i })
      .click()
  }
  await fillSignIn(other, customer)
  await buyButton(other, 'yearly').click()
  await expect(other.getByRole('button', { name: 'Pay' })).toBeVisible()
})

test('a card that the bank asks about pays after the confirmation', async ({ page, guard }) => {
  guard.expectAnswer(402, /^\/test-checkout\//)
  await register(page)
  await startCheckout(page)
  await pay(page, '4000 0025 0000 3155')
  await page.getByRole('button', { name: 'Fail authentication' }).click()
  await expect(page.getByRole('alert')).toContainText('authenticate')
  await pay(page, '4000 0025 0000 3155')
  await page.getByRole('button', { name: 'Complete authentication' }).click()
  await shownKey(page)
})
