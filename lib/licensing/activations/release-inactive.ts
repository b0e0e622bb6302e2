import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { freeLocked } from './free-device.ts'
import { lockLicense } from './license-facts.ts'

/** Devices freed in one run; the rest is for the next minute. */
const BATCH = 500

/**
 * Frees devices that were silent for longer than their license's heartbeat window, where it has one. Devices that were
 * activated by file are never heard from, and stay. The freed device hears of it at its next sync.
 */
export async function releaseInactive(ctx: Authorized<'system:work'>): Promise<void> {
  const silent = await ctx.db
    .select({ id: activations.id, licenseId: activations.licenseId })
    .from(licenses)
    .innerJoin(
      activations,
      and(eq(activations.accountId, licenses.accountId), eq(activations.licenseId, licenses.id)),
    )
    .where(and(eq(licenses.accountId, ctx.accountId), isSilent(ctx.clock.now())))
    .orderBy(asc(activations.lastSyncedAt))
    .limit(BATCH)
  for (const device of silent) await inTransaction(ctx, (tx) => cull(tx, device))
}

const isSilent = (at: Date) =>
  and(
    gt(licenses.heartbeatWindow, 0),
    eq(activations.offline, false),
    sql`${activations.lastSyncedAt} + make_interval(secs => ${licenses.heartbeatWindow}) <= ${at.toISOString()}::timestamptz`,
  )

/** Checked again under the license's lock: the device may have synced meanwhile, or another worker was faster. */
async function cull(ctx: Ctx, { id, licenseId }: { id: string; licenseId: string }): Promise<void> {
  const facts = await lockLicense(ctx.db, ctx.accountId, licenseId)
  if (!facts) return
  const [row] = await ctx.db
    .select({ activation: activations })
    .from(activations)
    .innerJoin(
      licenses,
      and(eq(licenses.accountId, activations.accountId), eq(licenses.id, activations.licenseId)),
    )
    .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, id), isSilent(ctx.clock.now())))
    .for('update', { of: activations })
  if (row) await freeLocked(ctx, facts.license, row.activation, { action: 'cull', fromBudget: false })
}
