import { register } from './support/customer.ts'
import { buyButton, pay, shownKey, startCheckout } from './support/purchase.ts'
import { expect, test } from './support/test.ts'

test('F-44: after a double click on Buy the page that is paid becomes exactly one license', async ({
  page,
}) => {
  await register(page)
  await page.goto('/')
  await buyButton(page, 'perpetual').dblclick()
  await expect(page.getByRole('button', { name: 'Pay' })).toBeVisible()
  await pay(page)
  const key = await shownKey(page)
  await page.goto('/me/licenses')
  await expect(page.getByRole('main').getByRole('code')).toHaveText([key])
})

test('F-44: Buy in two tabs at once leads to one order, and the tab that pays gets its only license', async ({
  page,
}) => {
  await register(page)
  const second = await page.context().newPage()
  const tabs = [page, second]
  await Promise.all(tabs.map((tab) => tab.goto('/')))
  await Promise.all(tabs.map((tab) => buyButton(tab, 'perpetual').click()))
  await Promise.all(tabs.map((tab) => expect(tab.getByRole('button', { name: 'Pay' })).toBeVisible()))
  await pay(second)
  const key = await shownKey(second)
  // The other tab's form is still open. Sent as well, it pays nothing: it leads to what was bought.
  await pay(page)
  expect(await shownKey(page)).toBe(key)
  await page.goto('/me/licenses')
  await expect(page.getByRole('main').getByRole('code')).toHaveText([key])
})

test('F-44: the page that was opened first can still be paid after Buy was clicked again elsewhere', async ({
  page,
}) => {
  await register(page)
  await startCheckout(page)
  const second = await page.context().newPage()
  await startCheckout(second)
  await pay(page)
  const key = await shownKey(page)
  await second.goto('/me/licenses')
  await expect(second.getByRole('main').getByRole('code')).toHaveText([key])
})
