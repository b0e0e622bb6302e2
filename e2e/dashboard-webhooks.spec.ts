import type { Page } from '@playwright/test'
import { expectFieldError } from './support/fields.ts'
import { rememberSecret } from './support/run.ts'
import { expect, test } from './support/test.ts'
import { expectSound, visit } from './support/visit.ts'

/** A host that no name server knows: what is sent there fails without leaving the machine. */
const URL_OF_NOBODY = 'https://hooks.vendor.invalid/latchkey'

/** Makes a webhook for new and changed products, leaving the secret to Latchkey; answers the secret. */
async function makeWebhook(page: Page, name: string): Promise<string> {
  await page.goto('/dashboard/webhooks/new')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('URL').fill(URL_OF_NOBODY)
  for (const event of ['product.created', 'product.updated'])
    await page.getByLabel(event, { exact: true }).check()
  await page.getByRole('button', { name: 'Create webhook' }).click()
  const shown = page.getByRole('main').getByRole('code')
  await expect(shown).toHaveText(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const secret = (await shown.textContent()) ?? ''
  rememberSecret('webhook secret', secret)
  await page.getByRole('link', { name: 'Done' }).click()
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
  return secret
}

test('SF-09: the secret of a webhook is shown once, and a private address is refused at its field with what was ticked kept', async ({
  operator,
}) => {
  await visit(operator, '/dashboard/webhooks')
  await operator.getByRole('link', { name: 'New webhook' }).click()
  await operator.getByLabel('Name').fill('Too close')
  await operator.getByLabel('URL').fill('http://127.0.0.1:5432/')
  await operator.getByLabel('license.created', { exact: true }).check()
  await operator.getByRole('button', { name: 'Create webhook' }).click()
  await expectFieldError(operator, 'URL', /public address/)
  await expect(operator.getByLabel('license.created', { exact: true })).toBeChecked()
  await expectSound(operator)

  const name = `Shop ${Date.now()}`
  const secret = await makeWebhook(operator, name)
  await expectSound(operator)
  expect(await operator.content()).not.toContain(secret)
  await operator.getByRole('navigation').getByRole('link', { name: 'Webhooks' }).click()
  await expect(operator.getByRole('row', { name }).getByText('Active')).toBeVisible()
  expect(await operator.content()).not.toContain(secret)
})

test('a sample says why it did not arrive and stands in the log, which filters by event and state', async ({
  operator,
}) => {
  await makeWebhook(operator, `Samples ${Date.now()}`)
  const form = operator.getByRole('form', { name: 'Send a sample' })
  await form.getByLabel('Event').selectOption('product.updated')
  await form.getByRole('button', { name: 'Send' }).click()
  await expect(operator.getByRole('main').getByRole('alert')).toContainText(
    /sample of product.updated did not arrive.*could not be resolved/,
  )
  const log = operator.getByRole('table', { name: 'Deliveries, newest first' })
  await expect(log.getByRole('row')).toHaveCount(2)
  await expect(log).toContainText('Dead')
  await expectSound(operator)

  const filter = operator.getByRole('form', { name: 'Filter deliveries' })
  await filter.getByLabel('State').selectOption('delivered')
  await filter.getByRole('button', { name: 'Search' }).click()
  await expect(operator.getByText('Nothing matches these filters.')).toBeVisible()
  await filter.getByLabel('State').selectOption('dead')
  await filter.getByLabel('Event').selectOption('product.updated')
  await filter.getByRole('button', { name: 'Search' }).click()
  await expect(log.getByRole('row')).toHaveCount(2)
})

test('what happens to a product is owed to the webhook, waits while its host is away, and is held once it is switched off', async ({
  operator,
}) => {
  await makeWebhook(operator, `Products ${Date.now()}`)
  const page = operator.url()
  await operator.goto('/dashboard/products/new')
  const product = `Told ${Date.now()}`
  await operator.getByLabel('Display name').fill(product)
  await operator.getByLabel('Internal name').fill(product.toLowerCase())
  await operator.getByRole('button', { name: 'Create product' }).click()
  await expect(operator.getByText('The product is created.')).toBeVisible()

  const row = operator.getByRole('table', { name: 'Deliveries, newest first' }).getByRole('row').nth(1)
  await expect(async () => {
    await operator.goto(page)
    await expect(row).toContainText('could not be resolved', { timeout: 1000 })
  }, 'the worker tries it').toPass()
  await expect(row).toContainText('product.created')
  await expect(row).toContainText('Pending')
  await expect(row).toContainText('Next attempt')

  await operator.getByLabel('Active').uncheck()
  await operator.getByRole('button', { name: 'Save' }).click()
  await expect(operator.getByText('The changes are saved.')).toBeVisible()
  await expect(row).toContainText('Held')
  await row.getByRole('button', { name: /^Replay/ }).click()
  await expect(row).toContainText('Its webhook is switched off or suspended')
  await expectSound(operator)
})

test('without JavaScript a webhook is made, tried, changed and deleted', async ({ openBrowser, run }) => {
  const page = await openBrowser({ storageState: run.operatorState, javaScriptEnabled: false })
  const name = `Plain ${Date.now()}`
  await makeWebhook(page, name)
  await page.getByRole('form', { name: 'Send a sample' }).getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('did not arrive')
  await page.getByLabel('Name').fill(`${name} renamed`)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: `${name} renamed`, level: 1 })).toBeVisible()
  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete webhook' }).click()
  await expect(page.getByText('The webhook is deleted.')).toBeVisible()
  await expect(page.getByText(name)).toHaveCount(0)
})
