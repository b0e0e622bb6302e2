import { expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { orders, reconciliations } from '#db/schema/billing.ts'
import { mails } from '#db/schema/mail.ts'
import { prices } from '#db/schema/products.ts'
import { authorize } from '#lib/core/authorize.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { newId } from '#lib/core/ids.ts'
import { getOverview } from '#lib/insight/get-overview.ts'
import { createLicenseByHand, NewLicenseByHand } from '#lib/licensing/licenses/create-license-by-hand.ts'
import { updateLicense } from '#lib/licensing/licenses/update-license.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeUser } from '#tests/factories/user.ts'
import { contextFor, operatorActor, type TestContext } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

setUpTestDatabase()

const DAY_MS = 24 * 3_600_000

test('the overview counts people, usable licenses and the sales of 30 days, and names what needs a person', async () => {
  const { id: accountId } = await makeAccount()
  const ctx = contextFor(operatorActor(), { accountId })
  const { id: productId } = await makeSignedProduct(accountId)
  const give = async (email: string) =>
    createLicenseByHand(
      authorize(ctx, 'license:write'),
      NewLicenseByHand.parse({ productId, email, reason: 'free', notes: '', confirmUnproved: email }),
    )
  await makeUser(accountId, { email: 'grace@example.com' })
  const eve = await makeUser(accountId, { email: 'eve@example.com' })
  await give('grace@example.com')
  const suspended = await give('grace@example.com')
  await give('eve@example.com')
  await updateLicense(authorize(ctx, 'license:write'), suspended.id, { suspended: true })
  await banUser(authorize(ctx, 'user:ban'), { id: eve.id, reason: 'fraud' })

  const priceId = await insertPrice(ctx, productId)
  await insertOrder(ctx, priceId, { amountTotal: 4900, daysAgo: 1 })
  await insertOrder(ctx, priceId, { amountTotal: 100, daysAgo: 29 })
  await insertOrder(ctx, priceId, { amountTotal: 999_999, daysAgo: 31 })
  const stuck = await insertOrder(ctx, priceId, {
    amountTotal: null,
    attention: 'Paid twice.',
    session: 'cs_1',
  })
  await insertDead(ctx, 'cs_1')
  await insertFailedMail(ctx)

  expect(await getOverview(authorize(ctx, 'analytics:read'))).toEqual({
    users: 2,
    bannedUsers: 1,
    usableLicenses: 1,
    activations: 0,
    sales: { orders: 2, revenue: [{ currency: 'eur', amount: 5000 }] },
    attention: {
      failedMails: 1,
      ordersWithAttention: 1,
      deadReconciliations: [{ subject: 'cs_1', lastError: 'no such price', orderId: stuck }],
    },
  })
  const other = contextFor(operatorActor(), { accountId: (await makeAccount()).id })
  expect(await getOverview(authorize(other, 'analytics:read'))).toMatchObject({
    users: 0,
    usableLicenses: 0,
    sales: { orders: 0, revenue: [] },
    attention: { failedMails: 0, ordersWithAttention: 0, deadReconciliations: [] },
  })
})

async function insertPrice(ctx: TestContext, productId: string): Promise<string> {
  const id = newId()
  const at = ctx.clock.now()
  const terms = { kind: 'one_time', currency: 'eur', unitAmount: 4900 } as const
  await db()
    .insert(prices)
    .values({ accountId: ctx.accountId, id, productId, name: 'Once', ...terms, createdAt: at, updatedAt: at })
  return id
}

async function insertOrder(
  ctx: TestContext,
  priceId: string,
  order: { amountTotal: number | null; daysAgo?: number; attention?: string; session?: string },
): Promise<string> {
  const id = newId()
  const at = new Date(ctx.clock.now().getTime() - (order.daysAgo ?? 0) * DAY_MS)
  await db()
    .insert(orders)
    .values({
      accountId: ctx.accountId,
      id,
      priceId,
      mode: 'payment',
      livemode: false,
      currency: 'eur',
      amountTotal: order.amountTotal,
      attention: order.attention ?? null,
      checkoutSessionId: order.session ?? null,
      paidAt: order.amountTotal === null ? null : at,
      createdAt: at,
      updatedAt: at,
    })
  return id
}

async function insertDead(ctx: TestContext, subject: string): Promise<void> {
  const at = ctx.clock.now()
  const times = { dueAt: at, createdAt: at, updatedAt: at }
  await db()
    .insert(reconciliations)
    .values({ accountId: ctx.accountId, subject, state: 'dead', lastError: 'no such price', ...times })
}

async function insertFailedMail(ctx: TestContext): Promise<void> {
  const id = newId()
  const at = ctx.clock.now()
  await db()
    .insert(mails)
    .values({
      accountId: ctx.accountId,
      id,
      template: 'welcome',
      sealedTo: seal('mail', 'grace@example.com', id),
      sealedProps: seal('mail', '{}', id),
      state: 'failed',
      dueAt: at,
      createdAt: at,
    })
}
