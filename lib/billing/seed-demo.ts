import { and, eq } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { licenseTemplates, prices, products } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { DEMO_PRODUCTS, DEMO_TEMPLATES, DEMO_VENDOR } from '#lib/catalog/offers/demo-catalogue.ts'
import { createPrice } from '#lib/catalog/prices/create-price.ts'
import { createProduct } from '#lib/catalog/products/create-product.ts'
import { createTemplate } from '#lib/catalog/templates/create-template.ts'
import { type Authorized, authorize } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { publishPrice } from './checkout/publish-price.ts'

const SEEDED = 'catalogue.seeded'
/** The initial name of an account. A name that was chosen stays. */
const UNNAMED = 'My company'

/**
 * Puts the demo vendor's products on sale, once. Afterwards operators may change and remove them. A run that was interrupted
 * continues.
 * @throws PAYMENT_PROVIDER_UNAVAILABLE, BILLING_OFF
 */
export async function seedDemo(ctx: Authorized<'system:work'>): Promise<void> {
  const [seeded] = await ctx.db
    .select({ id: eventLogs.id })
    .from(eventLogs)
    .where(and(eq(eventLogs.accountId, ctx.accountId), eq(eventLogs.event, SEEDED)))
    .limit(1)
  if (seeded) return
  // Whoever starts the installation has its owner's permissions.
  const owner: Ctx = { ...ctx, actor: { kind: 'console' } }
  for (const template of DEMO_TEMPLATES) {
    if (!(await findTemplate(ctx, template.name)))
      await createTemplate(authorize(owner, 'licenseTemplate:write'), template)
  }
  for (const demo of DEMO_PRODUCTS) {
    const licenseTemplateId = await findTemplate(ctx, demo.template)
    const { name, displayName, description } = demo
    const productId =
      (await findProduct(ctx, name)) ??
      (
        await createProduct(authorize(owner, 'product:write'), {
          name,
          displayName,
          description,
          licenseTemplateId,
        })
      ).id
    for (const price of demo.prices) {
      const priceId =
        (await findPriceNamed(ctx, productId, price.name)) ??
        (await createPrice(authorize(owner, 'product:write'), { ...price, productId })).id
      await publishPrice(authorize(owner, 'product:write'), priceId)
    }
  }
  await inTransaction(ctx, async (tx) => {
    await tx.db
      .update(accounts)
      .set({ name: DEMO_VENDOR, updatedAt: tx.clock.now() })
      .where(and(eq(accounts.id, tx.accountId), eq(accounts.name, UNNAMED)))
    recordEvent(tx, { event: SEEDED, resource: 'account', resourceId: tx.accountId })
  })
}

async function findTemplate(ctx: Ctx, name: string): Promise<string | undefined> {
  const [row] = await ctx.db
    .select({ id: licenseTemplates.id })
    .from(licenseTemplates)
    .where(and(eq(licenseTemplates.accountId, ctx.accountId), eq(licenseTemplates.name, name)))
  return row?.id
}

async function findProduct(ctx: Ctx, name: string): Promise<string | undefined> {
  const [row] = await ctx.db
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.accountId, ctx.accountId), eq(products.name, name)))
  return row?.id
}

async function findPriceNamed(ctx: Ctx, productId: string, name: string): Promise<string | undefined> {
  const [row] = await ctx.db
    .select({ id: prices.id })
    .from(prices)
    .where(and(eq(prices.accountId, ctx.accountId), eq(prices.productId, productId), eq(prices.name, name)))
  return row?.id
}
