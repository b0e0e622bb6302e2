import { type SQL, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { users } from '#db/schema/users.ts'

/** `isSuspended` in SQL. */
export const suspendedSql = sql`(${licenses.suspendedManualAt} is not null or ${licenses.suspendedBillingAt} is not null)`

/** `isRevoked` in SQL. */
export const revokedSql = sql`(${licenses.revokedManualAt} is not null or ${licenses.revokedBillingAt} is not null)`

/** Expired, its grace period over; false without an expiry. */
export function expiredSql(now: Date): SQL {
  // Adding intervals is slow, so it runs only for ended licenses with a grace period.
  const ended = sql`${licenses.expiresAt} <= ${at(now)}`
  const graceOver = sql`${licenses.expiresAt} + make_interval(secs => ${licenses.expiryGracePeriod}) <= ${at(now)}`
  return sql`coalesce(${ended} and (${licenses.expiryGracePeriod} = 0 or ${graceOver}), false)`
}

/** Not expired, but soon; false without an expiry. */
export function expiringSoonSql(now: Date): SQL {
  return sql`coalesce(
    ${licenses.expiresAt} > ${at(now)}
      and ${licenses.expiresAt} <= ${at(now)} + make_interval(secs => ${licenses.expiringSoonEventOffset}),
    false)`
}

/** Whether the owner is banned; never true without one. Banned users are few, so they are read once, not per license. */
const ownerBannedSql = sql`(${licenses.accountId}, ${licenses.userId}) in (
  select ${users.accountId}, ${users.id} from ${users} where ${users.bannedAt} is not null)`

/** `licenseStatus` in SQL, for filters. A test holds both to the same answers. */
export function statusSql(now: Date): SQL {
  return sql`case
    when ${revokedSql} then 'REVOKED'
    when ${ownerBannedSql} then 'BANNED'
    when ${suspendedSql} then 'SUSPENDED'
    when ${licenses.effectiveAt} > ${at(now)} then 'NOT_EFFECTIVE'
    when ${expiredSql(now)} then 'EXPIRED'
    when ${licenses.expiresAt} <= ${at(now)} then 'GRACE'
    when ${expiringSoonSql(now)} then 'EXPIRING_SOON'
    else 'ACTIVE' end`
}

function at(now: Date): SQL {
  return sql`${now.toISOString()}::timestamptz`
}
