import { and, eq, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { wasRecorded } from '#lib/audit/was-recorded.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { fixUrl } from '../validation/fix-link.ts'
import type { License } from './license-facts.ts'
import { DevicesInUse } from './rules.ts'

/** Many refusals of one full license are one event. */
const ONCE_PER_MS = 60_000
const EVENT = 'license.activation.limit-reached'

/**
 * Runs work that takes a place. If the license is full, it records the refusal in a transaction of its own and adds a link to
 * the page where the owner can free a device.
 */
export async function reportingFull<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DevicesInUse)) throw error
    const { license } = error.facts
    await recordFull(ctx, license)
    throw new AppError(error.code, error.message, {
      ...fixUrl(license, 'devices', ctx.clock.now()),
      cause: error,
    })
  }
}

async function recordFull(ctx: Ctx, license: License): Promise<void> {
  if (await wasRecorded(ctx, recently(license))) return
  await inTransaction(ctx, async (tx) => {
    // If the lock is taken, another request is recording the same.
    const [lock] = await tx.db.execute<{ taken: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended(${`full:${license.id}`}, 0)) as taken`,
    )
    if (!lock?.taken || (await wasRecorded(tx, recently(license)))) return
    // Read again under a lock: an owner who was deleted meanwhile must not get a new sealing key.
    const [current] = await tx.db
      .select({ userId: licenses.userId })
      .from(licenses)
      .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.id, license.id)))
      .for('share')
    if (!current) return
    recordEvent(tx, {
      event: EVENT,
      resource: 'license',
      resourceId: license.id,
      userId: current.userId,
      changes: { productId: license.productId },
    })
  })
}

const recently = ({ id }: License) => ({ event: EVENT, resourceId: id, withinMs: ONCE_PER_MS })
