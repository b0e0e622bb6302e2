import { and, count, desc, eq, gte, inArray, isNotNull, or, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { fromReplica } from '#db/from-replica.ts'
import { orders, reconciliations } from '#db/schema/billing.ts'
import { activations } from '#db/schema/licenses.ts'
import { mails } from '#db/schema/mail.ts'
import { users } from '#db/schema/users.ts'
import { isLivemode } from '#lib/billing/stripe-client.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { countLicenses } from '#lib/licensing/licenses/load-licenses.ts'
import { isUsable, LICENSE_STATUSES } from '#lib/licensing/licenses/status.ts'
import { statusSql } from '#lib/licensing/licenses/status-sql.ts'

const RECENT_MS = 30 * 24 * 3_600_000

export interface Overview {
  users: number
  bannedUsers: number
  /** Licenses that applications may run on now. */
  usableLicenses: number
  activations: number
  /** Of the last 30 days, paid, in the mode (live or test) that is on. */
  sales: { orders: number; revenue: { currency: string; amount: number }[] }
  attention: {
    failedMails: number
    ordersWithAttention: number
    /** Payments whose handling was given up, newest first, ten at most. */
    deadReconciliations: { subject: string; lastError: string | null; orderId: string | null }[]
  }
}

/**
 * The account's figures, and what needs a person. The figures may be a moment old. The rest is current, so that nobody finds
 * again what they have just settled.
 */
export async function getOverview(ctx: Authorized<'analytics:read'>): Promise<Overview> {
  const [figures, attention] = await Promise.all([
    fromReplica(ctx.db, (db) => countFigures(ctx, db)),
    countAttention(ctx),
  ])
  return { ...figures, attention }
}

async function countFigures(
  ctx: Authorized<'analytics:read'>,
  db: Executor,
): Promise<Omit<Overview, 'attention'>> {
  const { accountId } = ctx
  const now = ctx.clock.now()
  const usable = LICENSE_STATUSES.filter(isUsable)
  const [people, usableLicenses, devices, revenue] = await Promise.all([
    db
      .select({ total: count(), banned: count(users.bannedAt) })
      .from(users)
      .where(eq(users.accountId, accountId)),
    countLicenses(db, accountId, inArray(statusSql(now), usable)),
    db.$count(activations, eq(activations.accountId, accountId)),
    db
      .select({
        currency: orders.currency,
        orders: count(),
        amount: sql<number>`coalesce(sum(${orders.amountTotal}), 0)::float8`,
      })
      .from(orders)
      .where(
        and(
          eq(orders.accountId, accountId),
          eq(orders.livemode, isLivemode()),
          gte(orders.paidAt, new Date(now.getTime() - RECENT_MS)),
        ),
      )
      .groupBy(orders.currency)
      .orderBy(orders.currency),
  ])
  return {
    users: people[0]?.total ?? 0,
    bannedUsers: people[0]?.banned ?? 0,
    usableLicenses,
    activations: devices,
    sales: {
      orders: revenue.reduce((sum, row) => sum + row.orders, 0),
      revenue: revenue.map(({ currency, amount }) => ({ currency, amount })),
    },
  }
}

async function countAttention(ctx: Authorized<'analytics:read'>): Promise<Overview['attention']> {
  const { db, accountId } = ctx
  const [failedMails, ordersWithAttention, dead] = await Promise.all([
    db.$count(mails, and(eq(mails.accountId, accountId), eq(mails.state, 'failed'))),
    db.$count(orders, and(eq(orders.accountId, accountId), isNotNull(orders.attention))),
    deadReconciliations(ctx),
  ])
  return { failedMails, ordersWithAttention, deadReconciliations: dead }
}

function deadReconciliations(ctx: Authorized<'analytics:read'>) {
  return ctx.db
    .select({
      subject: reconciliations.subject,
      lastError: reconciliations.lastError,
      orderId: orders.id,
    })
    .from(reconciliations)
    .leftJoin(
      orders,
      and(
        eq(orders.accountId, reconciliations.accountId),
        or(
          eq(orders.checkoutSessionId, reconciliations.subject),
          eq(orders.subscriptionId, reconciliations.subject),
        ),
      ),
    )
    .where(and(eq(reconciliations.accountId, ctx.accountId), eq(reconciliations.state, 'dead')))
    .orderBy(desc(reconciliations.updatedAt))
    .limit(10)
}
