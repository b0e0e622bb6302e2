import type { Page } from '@playwright/test'
import { register } from './support/customer.ts'
import { buy, CARD, shownKey } from './support/purchase.ts'
import { expect, test } from './support/test.ts'
import { visit } from './support/visit.ts'

const VISITOR = [
  '/',
  '/register',
  '/login',
  '/forgot-password',
  '/reset-password',
  '/legal/terms',
  '/legal/privacy',
  '/docs/api',
  '/dashboard/login',
]
const CUSTOMER = ['/me', '/me/licenses', '/me/security', '/me/security/two-step']
const OPERATOR = [
  '/dashboard',
  '/dashboard/users',
  '/dashboard/users/new',
  '/dashboard/licenses',
  '/dashboard/licenses/new',
  '/dashboard/orders',
  '/dashboard/products',
  '/dashboard/products/new',
  '/dashboard/releases',
  '/dashboard/releases/new',
  '/dashboard/releases/names',
  '/dashboard/templates',
  '/dashboard/templates/new',
  '/dashboard/tokens',
  '/dashboard/tokens/new',
  '/dashboard/webhooks',
  '/dashboard/webhooks/new',
  '/dashboard/mailbox',
  '/dashboard/events?check=1',
]

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on any page for visitors and customers, ${colorScheme}`, async ({
    openBrowser,
    guard,
  }) => {
    const page = await openBrowser({ colorScheme })
    for (const path of VISITOR) await test.step(path, () => visit(page, path))
    guard.expectAnswer(404, '/nowhere')
    await visit(page, '/nowhere')
    await register(page)
    await visit(page, '/me/licenses')
    await buy(page)
    for (const path of CUSTOMER) await test.step(path, () => visit(page, path))
    await page.goto('/me/licenses')
    const license = await page.getByRole('link', { name: 'License of Acme Sketch' }).getAttribute('href')
    await visit(page, license ?? '')
  })

  test(`axe finds nothing serious on any page of the dashboard, ${colorScheme}`, async ({
    openBrowser,
    run,
  }) => {
    const page = await openBrowser({ colorScheme, storageState: run.operatorState })
    for (const path of OPERATOR) await test.step(path, () => visit(page, path))
  })
}

test('on a phone nothing is wider than the screen, and buying works', async ({
  openBrowser,
  run,
  guard: _,
}) => {
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true }
  const page = await openBrowser(phone)
  for (const path of ['/', '/register', '/login']) await expectToFit(page, path)
  await register(page)
  await buy(page)
  for (const path of CUSTOMER) await expectToFit(page, path)
  const operator = await openBrowser({ ...phone, storageState: run.operatorState })
  for (const path of ['/dashboard', '/dashboard/users', '/dashboard/licenses', '/dashboard/orders']) {
    await expectToFit(operator, path)
  }
  await operator.getByText('Menu', { exact: true }).click()
  await operator.getByRole('link', { name: 'Event log' }).click()
  await expect(operator).toHaveURL('/dashboard/events')
})

async function expectToFit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }))
  expect(content, path).toBeLessThanOrEqual(screen)
}

test('a whole purchase works with the keyboard alone', async ({ page }) => {
  await register(page)
  await page.goto('/')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: /^Skip to/ })).toBeFocused()
  await tabTo(page, 'button', /^Buy Acme Sketch/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Pay' })).toBeVisible()
  await tabTo(page, 'textbox', 'Card number')
  await page.keyboard.type(CARD)
  await page.keyboard.press('Tab')
  await page.keyboard.type('12 / 40')
  await page.keyboard.press('Tab')
  await page.keyboard.type('123')
  await page.keyboard.press('Enter')
  await shownKey(page)
  await tabTo(page, 'link', 'See this license')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/me\/licenses\/[0-9a-f-]{36}$/)
})

/** Presses Tab until the control has the focus; a page has no more than fifty stops before it. */
async function tabTo(page: Page, role: 'button' | 'link' | 'textbox', name: string | RegExp): Promise<void> {
  const control = page.getByRole(role, { name })
  for (let stops = 0; stops < 50; stops += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  await expect(control).toBeFocused()
}

test('what is not there says so inside its own area, in one frame', async ({ page, operator, guard }) => {
  guard.expectAnswer(404, /.*/)
  await register(page)
  const areas = [
    { on: page, path: '/nowhere/at/all' },
    { on: page, path: '/checkout/success?session_id=cs_test_nothing' },
    { on: page, path: '/me/licenses/0190a0a0-0000-7000-8000-000000000000' },
    { on: operator, path: '/dashboard/nowhere/at/all' },
  ]
  for (const { on, path } of areas) {
    await test.step(path, async () => {
      await on.goto(path)
      await expect(on.getByRole('heading', { name: /nothing at this address|Not found/ })).toBeVisible()
      await expect(on.getByRole('main')).toHaveCount(1)
      await expect(on.getByRole('button', { name: 'Sign out' })).toHaveCount(1)
    })
  }
})
