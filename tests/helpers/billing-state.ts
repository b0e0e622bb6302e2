import { and, asc, eq } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { orderLicenses, orders, reconciliations, stripeEvents } from '#db/schema/billing.ts'
import { licenses } from '#db/schema/licenses.ts'
import { mails } from '#db/schema/mail.ts'
import { prices } from '#db/schema/products.ts'

/** The demo catalogue's price of that name. */
export async function priceNamed(name: 'Perpetual license' | 'Yearly' | 'Monthly') {
  const [price] = await db().select().from(prices).where(eq(prices.name, name))
  if (!price) throw new Error(`no price ${name}`)
  return price
}

/** Every license of a user. */
export function licensesOf(userId: string) {
  return db().select().from(licenses).where(eq(licenses.userId, userId)).orderBy(asc(licenses.createdAt))
}

export async function orderOf(orderId: string) {
  const [order] = await db().select().from(orders).where(eq(orders.id, orderId))
  if (!order) throw new Error(`no order ${orderId}`)
  return order
}

/** Which licenses the order was found to have become. */
export function fulfilments(orderId: string) {
  return db().select().from(orderLicenses).where(eq(orderLicenses.orderId, orderId))
}

/** License-key mails to a user. */
export function keyMails(userId: string) {
  return db()
    .select()
    .from(mails)
    .where(and(eq(mails.userId, userId), eq(mails.template, 'license-key')))
}

/** Everything the inbox holds. */
export function inbox() {
  return db().select().from(stripeEvents).orderBy(asc(stripeEvents.receivedAt))
}

export async function reconciliationOf(subject: string) {
  const [row] = await db().select().from(reconciliations).where(eq(reconciliations.subject, subject))
  return row
}
