import { register } from '../support/customer.ts'
import { holdWrites, waitingFor, withDatabase } from '../support/database.ts'
import { emulatorOf } from '../support/emulator.ts'
import { databaseUrlOf, type Product, postmasterOf } from '../support/product.ts'
import { pay, shownKey, startCheckout } from '../support/purchase.ts'
import { expect, test } from '../support/test.ts'

/** How long a retried delivery or job may take, milliseconds: the first pauses are some seconds. */
const RETRIED = { timeout: 45_000 }

/** What the whole installation has: one purchase must be one of each, whatever happened in between. */
async function countsOf({ dataDir }: Product) {
  return withDatabase(databaseUrlOf(dataDir), async (sql) => {
    const [row] = await sql`
      select (select count(*)::int from licenses) as licenses,
        (select count(*)::int from order_licenses) as deliveries,
        (select count(*)::int from mails where template = 'license-key') as mails,
        (select count(*) = 0 from stripe_events where status = 'pending') as settled`
    return row
  })
}

/** Webhooks of the Stripe emulator that are still on their way. */
async function undelivered(dataDir: string): Promise<number | undefined> {
  return withDatabase(databaseUrlOf(dataDir), async (sql) => {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from stripe_emu.document where kind = 'delivery' and due_ms is not null`
    return row?.count
  })
}

async function expectOnce(product: Product): Promise<void> {
  await expect
    .poll(() => countsOf(product), { message: 'the work is taken up again after a pause', ...RETRIED })
    .toEqual({ licenses: 1, deliveries: 1, mails: 1, settled: true })
}

test('a late webhook: the success page says that the license is being prepared and then shows it, without reload', async ({
  startOwn,
  openBrowser,
}) => {
  const own = await startOwn()
  const page = await openBrowser({ baseURL: own.url })
  await emulatorOf(own).plan({ webhooks: [{ action: 'delay', ms: 3_600_000 }] })
  await register(page)
  await startCheckout(page)
  const held = await holdWrites(databaseUrlOf(own.dataDir), 'licenses')
  await pay(page)
  await expect(page.getByText('Your license is being prepared')).toBeVisible()
  // Text is visible before the page has come to its end.
  await page.waitForLoadState('load')
  let reloads = 0
  page.on('domcontentloaded', () => {
    reloads += 1
  })
  await held.release()
  await shownKey(page)
  expect(reloads).toBe(0)
  await expectOnce(own)
})

test('webhooks that come twice, shuffled and never for some: one purchase is one license', async ({
  startOwn,
  openBrowser,
}) => {
  const own = await startOwn()
  const page = await openBrowser({ baseURL: own.url })
  await emulatorOf(own).plan({
    webhooks: [
      { action: 'duplicate', times: 5 },
      { action: 'shuffle', seed: 7 },
      { action: 'drop', types: ['invoice.*'] },
    ],
  })
  await register(page)
  await startCheckout(page, 'monthly')
  await pay(page)
  await shownKey(page)
  await expect
    .poll(
      () =>
        withDatabase(
          databaseUrlOf(own.dataDir),
          async (sql) => (await sql`select id from stripe_events where deliveries > 1`).length,
        ),
      {
        message: 'the duplicates have arrived',
      },
    )
    .toBeGreaterThan(0)
  await expectOnce(own)
})

test('PostgreSQL killed in the middle of a purchase: it is restarted and the license is there, once', async ({
  startOwn,
  openBrowser,
  guard,
}) => {
  const own = await startOwn()
  const page = await openBrowser({ baseURL: own.url })
  await register(page)
  await startCheckout(page)
  const held = await holdWrites(databaseUrlOf(own.dataDir), 'licenses')
  await pay(page)
  await expect
    .poll(() => waitingFor(databaseUrlOf(own.dataDir), 'licenses'), {
      message: 'the license is being written',
    })
    .toBe(1)
  const success = page.url()
  // What browsers see of the outage is not the point here; nobody looks meanwhile.
  await page.goto('about:blank')
  guard.forgive(/./)

  const postmaster = postmasterOf(own.dataDir)
  if (postmaster === undefined) throw new Error('no PostgreSQL runs')
  process.kill(postmaster, 'SIGKILL')
  await held.release()
  await expect
    .poll(async () => (await page.request.get('/api/readyz')).status(), {
      message: 'PostgreSQL and worker are back',
      ...RETRIED,
    })
    .toBe(200)
  expect(postmasterOf(own.dataDir)).not.toBe(postmaster)
  await expectOnce(own)
  await page.goto(success)
  await shownKey(page)
})

for (const crashPoint of ['after-insert', 'after-fetch', 'after-license', 'before-commit']) {
  test(`killed at “${crashPoint}”: after the restart the license is there, once`, async ({
    startOwn,
    openBrowser,
    guard,
  }) => {
    // Only what follows the payment may reach the crash point, not the events of catalogue, customer and session.
    const { dataDir, port, url, stop } = await startOwn()
    const page = await openBrowser({ baseURL: url })
    await register(page)
    await startCheckout(page)
    await expect.poll(() => undelivered(dataDir), { message: 'earlier events have arrived' }).toBe(0)
    await stop()

    const doomed = await startOwn({ dataDir, port, environment: { CRASH_AT: crashPoint } })
    await pay(page).catch(() => undefined)
    expect((await doomed.ended).signal).toBe('SIGKILL')
    await page.close()
    guard.forgive(/./)

    const survivor = await startOwn({ dataDir, port })
    await expectOnce(survivor)
    const later = await page.context().newPage()
    await later.goto('/me/licenses')
    await expect(later.getByRole('main')).toContainText('Active')
  })
}
