import { and, eq, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { EventName } from '#lib/core/pending-event.ts'

/** Rows per transaction. */
const BATCH = 200
/** Batches in one run: the rest is for the next minute. */
const MOST_BATCHES = 50

type Told =
  | 'expiredEventFor'
  | 'expiringSoonEventFor'
  | 'maintenanceExpiredEventFor'
  | 'maintenanceExpiringSoonEventFor'

interface TimeEvent {
  event: EventName
  /** The column that holds the moment the event is about. */
  moment: 'expiresAt' | 'maintenanceExpiresAt'
  /** The column that says for which moment it was told. */
  told: Told
  /** Events that this one makes obsolete: "soon" after the end. */
  settles?: Told
  /** The condition under which the moment is reached. */
  isDue: (now: SQL) => SQL
}

const SOON = sql`make_interval(secs => ${licenses.expiringSoonEventOffset})`

/** "Expired" is recorded together with the status: after the grace. "Soon" is recorded only before the end. */
const TIME_EVENTS: readonly TimeEvent[] = [
  {
    event: 'license.expiring-soon',
    moment: 'expiresAt',
    told: 'expiringSoonEventFor',
    isDue: (now) =>
      sql`(${licenses.expiresAt} at time zone 'UTC') - ${SOON} <= (${now} at time zone 'UTC') and ${licenses.expiresAt} > ${now}`,
  },
  {
    event: 'license.expired',
    moment: 'expiresAt',
    told: 'expiredEventFor',
    settles: 'expiringSoonEventFor',
    isDue: (now) =>
      sql`${licenses.expiresAt} <= ${now}
        and ${licenses.expiresAt} + make_interval(secs => ${licenses.expiryGracePeriod}) <= ${now}`,
  },
  {
    event: 'license.maintenance-expiring-soon',
    moment: 'maintenanceExpiresAt',
    told: 'maintenanceExpiringSoonEventFor',
    isDue: (now) =>
      sql`(${licenses.maintenanceExpiresAt} at time zone 'UTC') - ${SOON} <= (${now} at time zone 'UTC')
        and ${licenses.maintenanceExpiresAt} > ${now}`,
  },
  {
    event: 'license.maintenance-expired',
    moment: 'maintenanceExpiresAt',
    told: 'maintenanceExpiredEventFor',
    settles: 'maintenanceExpiringSoonEventFor',
    isDue: (now) => sql`${licenses.maintenanceExpiresAt} <= ${now}`,
  },
]

/**
 * Records what time alone brought about, once per moment. A license whose expiry was moved is recorded again; a revoked one is
 * not. Concurrent workers record it once.
 */
export async function recordExpiryEvents(ctx: Authorized<'system:work'>): Promise<void> {
  for (const timeEvent of TIME_EVENTS) {
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const told = await inTransaction(ctx, (tx) => tellBatch(tx, timeEvent))
      if (told < BATCH) break
    }
  }
}

async function tellBatch(ctx: Ctx, { event, moment, told, settles, isDue }: TimeEvent): Promise<number> {
  const at = ctx.clock.now()
  const due = await ctx.db
    .select({
      id: licenses.id,
      userId: licenses.userId,
      productId: licenses.productId,
      moment: licenses[moment],
    })
    .from(licenses)
    .where(
      and(
        eq(licenses.accountId, ctx.accountId),
        isNotNull(licenses[moment]),
        sql`${licenses[told]} is distinct from ${licenses[moment]}`,
        isDue(sql`${at.toISOString()}::timestamptz`),
        isNull(licenses.revokedManualAt),
        isNull(licenses.revokedBillingAt),
      ),
    )
    .limit(BATCH)
    .for('update', { skipLocked: true })
  if (due.length === 0) return 0
  const ids = due.map(({ id }) => id)
  await ctx.db
    .update(licenses)
    .set({ [told]: licenses[moment], ...(settles && { [settles]: licenses[moment] }) })
    .where(and(eq(licenses.accountId, ctx.accountId), inArray(licenses.id, ids)))
  for (const license of due) {
    recordEvent(ctx, {
      event,
      resource: 'license',
      resourceId: license.id,
      userId: license.userId,
      changes: { productId: license.productId, [moment]: license.moment?.toISOString() ?? null },
    })
  }
  return due.length
}
