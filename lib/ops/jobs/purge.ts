import { and, eq, inArray, lt, ne, type SQL } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { idempotencyKeys, throttles } from '#db/schema/accounts.ts'
import { reconciliations, stripeEvents } from '#db/schema/billing.ts'
import { knownPlaces } from '#db/schema/known-places.ts'
import { formerLicenseKeys } from '#db/schema/license-parts.ts'
import { mails } from '#db/schema/mail.ts'
import { operatorSessions, setupLinks } from '#db/schema/operators.ts'
import { passwordResets } from '#db/schema/second-factors.ts'
import { accessTokens, signInFailures, signInTickets } from '#db/schema/users.ts'
import { adoptPlaces } from '#lib/access/throttle/adopt-places.ts'
import { KNOWN_PLACE_DAYS } from '#lib/access/throttle/known-place.ts'
import { purgeDeliveries } from '#lib/announce/webhooks/purge-deliveries.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { clockOffset } from '#lib/core/clock.ts'
import { purgeActivationLogs } from '#lib/licensing/activation-logs/purge-activation-logs.ts'

const DAY_MS = 24 * 3_600_000

/** Removes what has served its time (design §6). Nothing here is needed to tell what happened: that is the audit trail's. */
export async function purge(ctx: Authorized<'system:work'>): Promise<void> {
  const { db, accountId } = ctx
  const now = ctx.clock.now()
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS)
  const remove = (table: PgTable, ...where: SQL[]) => db.delete(table).where(and(...where))

  await remove(accessTokens, eq(accessTokens.accountId, accountId), lt(accessTokens.expiresAt, daysAgo(30)))
  await remove(signInTickets, eq(signInTickets.accountId, accountId), lt(signInTickets.expiresAt, daysAgo(1)))
  await remove(
    passwordResets,
    eq(passwordResets.accountId, accountId),
    lt(passwordResets.expiresAt, daysAgo(1)),
  )
  await remove(
    signInFailures,
    eq(signInFailures.accountId, accountId),
    lt(signInFailures.updatedAt, daysAgo(30)),
  )
  await adoptPlaces(ctx)
  await remove(
    knownPlaces,
    eq(knownPlaces.accountId, accountId),
    lt(knownPlaces.lastSeenAt, daysAgo(KNOWN_PLACE_DAYS)),
  )
  await remove(
    operatorSessions,
    eq(operatorSessions.accountId, accountId),
    lt(operatorSessions.expiresAt, daysAgo(30)),
  )
  await remove(setupLinks, eq(setupLinks.accountId, accountId), lt(setupLinks.expiresAt, daysAgo(30)))
  await remove(
    formerLicenseKeys,
    eq(formerLicenseKeys.accountId, accountId),
    lt(formerLicenseKeys.validUntil, now),
  )
  await remove(idempotencyKeys, eq(idempotencyKeys.accountId, accountId), lt(idempotencyKeys.expiresAt, now))
  await remove(
    mails,
    eq(mails.accountId, accountId),
    ne(mails.state, 'due'),
    lt(mails.createdAt, daysAgo(30)),
  )
  await remove(
    stripeEvents,
    eq(stripeEvents.accountId, accountId),
    inArray(stripeEvents.status, ['done', 'ignored']),
    lt(stripeEvents.receivedAt, daysAgo(90)),
  )
  await remove(
    reconciliations,
    eq(reconciliations.accountId, accountId),
    inArray(reconciliations.state, ['done', 'owner-erased']),
    lt(reconciliations.updatedAt, daysAgo(90)),
  )
  await purgeActivationLogs(ctx)
  await purgeDeliveries(ctx, { contentBefore: daysAgo(30), rowsBefore: daysAgo(90) })
  // Throttles run on real time and belong to no account; a day past its end a counter says nothing.
  await db.delete(throttles).where(lt(throttles.expire, new Date(daysAgo(1).getTime() - clockOffset())))
}
