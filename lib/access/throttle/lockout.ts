import { and, eq, sql } from 'drizzle-orm'
import { signInFailures } from '#db/schema/users.ts'
import type { Ctx } from '#lib/core/context.ts'
import { lastingHash } from '#lib/core/key-store/lasting-keys.ts'
import { addressBlock } from './rate-limit.ts'
import type { SignInAttempt } from './sign-in.ts'

/** Failures in a row before a lockout, and its length: 15 minutes, doubling up to a day. */
const FREE_FAILURES = 10
const FIRST_LOCK_SECONDS = 15 * 60
const LONGEST_LOCK_SECONDS = 24 * 3600

/**
 * Per identifier and address together, so that a stranger elsewhere cannot lock somebody out; per identifier and browser
 * where the owner has signed in with that browser, so that a stranger behind the same address cannot either.
 */
async function rowOf(ctx: Ctx, { area, identifier, place }: SignInAttempt) {
  const where = place?.isDevice ? place.key : addressBlock(ctx.ip)
  const key = await lastingHash('identifier-throttle', `lockout ${area} ${identifier} ${where}`)
  return { accountId: ctx.accountId, key }
}

const whereRow = (row: { accountId: string; key: string }) =>
  and(eq(signInFailures.accountId, row.accountId), eq(signInFailures.key, row.key))

/** Until when this identifier is locked from this place; null if it is not. */
export async function lockedUntil(ctx: Ctx, attempt: SignInAttempt): Promise<Date | null> {
  const [row] = await ctx.db
    .select({ lockedUntil: signInFailures.lockedUntil })
    .from(signInFailures)
    .where(whereRow(await rowOf(ctx, attempt)))
  return row?.lockedUntil && row.lockedUntil > ctx.clock.now() ? row.lockedUntil : null
}

/** Counts a failure in one statement. The tenth in a row locks; each further one locks for twice as long. */
export async function countFailure(ctx: Ctx, attempt: SignInAttempt): Promise<void> {
  const now = ctx.clock.now()
  const at = now.toISOString()
  const failures = sql`${signInFailures.failures} + 1`
  const seconds = sql`least(${LONGEST_LOCK_SECONDS}::float8, ${FIRST_LOCK_SECONDS} * power(2::float8, least(${failures} - ${FREE_FAILURES}, 20)))`
  await ctx.db
    .insert(signInFailures)
    .values({ ...(await rowOf(ctx, attempt)), failures: 1, updatedAt: now })
    .onConflictDoUpdate({
      target: [signInFailures.accountId, signInFailures.key],
      set: {
        failures,
        lockedUntil: sql`case when ${failures} >= ${FREE_FAILURES}
          then ${at}::timestamptz + make_interval(secs => ${seconds}) end`,
        updatedAt: now,
      },
    })
}

/** A right password ends the row of failures. */
export async function clearFailures(ctx: Ctx, attempt: SignInAttempt): Promise<void> {
  await ctx.db.delete(signInFailures).where(whereRow(await rowOf(ctx, attempt)))
}
