import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { register } from './support/customer.ts'
import { buy } from './support/purchase.ts'
import { expect, test } from './support/test.ts'

/** What Excel needs at the start of a file to read it as UTF-8. */
const MARK = '\uFEFF'

/** Presses the page's button and gives the saved file: its name and its lines. */
async function exported(operator: Page): Promise<{ name: string; text: string; lines: string[] }> {
  const saving = operator.waitForEvent('download')
  await operator.getByRole('link', { name: 'Export CSV' }).click()
  const download = await saving
  const text = await readFile(await download.path(), 'utf8')
  return { name: download.suggestedFilename(), text, lines: text.trimEnd().split('\r\n') }
}

test('F-15: an export of licenses opens in a spreadsheet as it is, with what the filters find and nothing else', async ({
  page,
  operator,
}) => {
  const { email } = await register(page)
  const key = await buy(page)
  await operator.goto('/dashboard/licenses')
  await operator.getByLabel('User’s email').fill(email)
  await operator.getByRole('button', { name: 'Search' }).click()
  await expect(operator.getByRole('table', { name: 'Licenses' }).getByRole('row')).toHaveCount(2)
  const { name, text, lines } = await exported(operator)
  expect(name).toMatch(/^licenses-\d{4}-\d\d-\d\d\.csv$/)
  expect(text.startsWith(MARK), 'the byte order mark').toBe(true)
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain(key)
})

test('F-15: an export of users opens in a spreadsheet as it is, with what the search finds and nothing else', async ({
  page,
  operator,
}) => {
  const { email } = await register(page)
  await operator.goto(`/dashboard/users?query=${encodeURIComponent(email)}`)
  const { name, text, lines } = await exported(operator)
  expect(name).toMatch(/^users-\d{4}-\d\d-\d\d\.csv$/)
  expect(text.startsWith(MARK), 'the byte order mark').toBe(true)
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain(email)
})

test('F-15: nothing is exported to a browser in which no operator is signed in', async ({ page }) => {
  for (const list of ['licenses', 'users']) {
    const response = await page.request.get(`/dashboard/${list}/export`, { maxRedirects: 0 })
    expect(response.headers()['content-type'] ?? '', list).not.toContain('text/csv')
    expect(response.ok(), list).toBe(false)
  }
})

test('F-15: where nothing is found there is nothing to export', async ({ operator }) => {
  await operator.goto('/dashboard/users?query=nobody-has-this-name')
  await expect(operator.getByText('No user matches')).toBeVisible()
  await expect(operator.getByRole('link', { name: 'Export CSV' })).toHaveCount(0)
})
