import { withDatabase } from './support/database.ts'
import { databaseUrlOf, runCommand } from './support/product.ts'
import { buyButton } from './support/purchase.ts'
import { expect, test } from './support/test.ts'

test('F-43: the portal of a second vendor shows its offers without Buy, and the first one’s goes on selling', async ({
  startOwn,
  openBrowser,
}) => {
  const own = await startOwn()
  // Opened after the product, so that it is closed before that stops.
  const page = await openBrowser()
  const create = ['account', 'create', '--name', 'Second vendor', '--alias', 'second']
  // Browsers look for such names on this computer alone.
  const host = 'second.localhost'
  expect((await runCommand(own.dataDir, [...create, '--domain', host])).code).toBe(0)
  const refused = await runCommand(own.dataDir, ['seed', 'demo', '--account', 'second'], {
    environment: { PORT: String(own.port) },
  })
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toContain('Nothing can be sold here')
  await page.goto(`http://${host}:${own.port}/`)
  await expect(page.getByText('Nothing is on sale yet')).toBeVisible()

  // As an installation has it that put it on sale before that was refused.
  const priceId = await withDatabase(databaseUrlOf(own.dataDir), async (sql) => {
    const [price] = await sql<{ id: string }[]>`
      update prices set published_at = now(), stripe_price_id = 'price_before'
      where account_id = (select id from accounts where alias = 'second') returning id`
    return price?.id
  })
  await page.goto(`http://${host}:${own.port}/`)
  await expect(page.getByRole('article')).toHaveCount(1)
  await expect(page.getByRole('article')).toContainText('Not for sale here at the moment')
  await expect(page.getByRole('button', { name: /^Buy/ })).toHaveCount(0)
  await page.goto(`http://${host}:${own.port}/buy/${priceId}`)
  await expect(page.getByText('Nothing can be bought here at the moment').first()).toBeVisible()
  await expect(page.getByRole('button', { name: /^Buy/ })).toHaveCount(0)

  await page.goto(`${own.url}/`)
  await expect(buyButton(page, 'perpetual')).toBeVisible()
})
