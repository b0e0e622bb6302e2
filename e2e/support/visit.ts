import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Values that a browser must never be shown: users' tokens, and the secrets of the payment path. */
const SECRET = /lk_usr_[\w-]{8}|sk_(test|live)_[\w-]{8}|whsec_[\w-]{8}/

/** Checks the page as it stands: nothing serious for axe to complain about, no secret in its source. */
export async function expectSound(page: Page): Promise<void> {
  // After a redirect by script the framework sets the title a moment after the page: a page without one fails here.
  await expect(page, `a title on ${page.url()}`).toHaveTitle(/\S/)
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  expect(serious, `what axe finds serious on ${page.url()}`).toEqual([])
  expect(await page.content(), 'secrets in the page').not.toMatch(SECRET)
}

/** Opens a page of our own and checks it. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expectSound(page)
}
