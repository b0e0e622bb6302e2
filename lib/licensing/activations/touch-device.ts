import { and, eq, sql } from 'drizzle-orm'
import { db, type Executor } from '#db/client.ts'
import { driverValues, preparedOnce } from '#db/prepared.ts'
import { activations } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { Activation } from './activation-token.ts'
import type { DeviceChanges } from './device-columns.ts'

/** The values of every sign of life. */
export type SignOfLife = Pick<
  Activation,
  'ip' | 'countryCode' | 'offline' | 'expiresAt' | 'leaseExpiresAt' | 'lastSyncedAt'
>

const time = (name: string) => sql`${sql.placeholder(name)}::timestamptz`

const touching = (executor: Executor) =>
  executor.update(activations).set({
    ip: sql`${sql.placeholder('ip')}`,
    countryCode: sql`${sql.placeholder('countryCode')}`,
    offline: sql`${sql.placeholder('offline')}`,
    expiresAt: time('expiresAt'),
    leaseExpiresAt: time('leaseExpiresAt'),
    lastSyncedAt: time('lastSyncedAt'),
  })
const itself = and(
  eq(activations.accountId, sql.placeholder('accountId')),
  eq(activations.id, sql.placeholder('id')),
)

/** Devices say "still here" all day: these statements are prepared. */
const touch = preparedOnce((executor) =>
  touching(executor).where(itself).returning({ id: activations.id }).prepare('touch_device'),
)

/**
 * The same without waiting for the disk. If the machine fails, signs of life of half a second at most are lost, and the
 * devices' next ones restore them (docs/decisions/0016).
 */
const touchAlone = preparedOnce((executor) =>
  touching(executor)
    .from(sql`(select set_config('synchronous_commit', 'off', true)) as soon`)
    .where(itself)
    .returning({ id: activations.id })
    .prepare('touch_device_alone'),
)

/** Writes a sign of life, and what is new of the device (`changes`). Gives its row, or undefined when the device is gone. */
export async function touchDevice(
  ctx: Ctx,
  activation: Activation,
  changes: DeviceChanges,
  state: SignOfLife,
): Promise<Activation | undefined> {
  const changed = Object.keys(changes).length > 0
  const written = { ...changes, ...state, ...(changed && { updatedAt: state.lastSyncedAt }) }
  const rows = changed
    ? await ctx.db
        .update(activations)
        .set(written)
        .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, activation.id)))
        .returning({ id: activations.id })
    : await touchOf(ctx.db).execute({ accountId: ctx.accountId, id: activation.id, ...driverValues(state) })
  return rows.length > 0 ? { ...activation, ...written } : undefined
}

/** In a transaction the setting would apply to its other writes, too, which must reach the disk first. */
function touchOf(executor: Executor) {
  return executor === db() ? touchAlone(executor) : touch(executor)
}
