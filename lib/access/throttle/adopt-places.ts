import { and, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm'
import { knownPlaces } from '#db/schema/known-places.ts'
import { operatorSessions } from '#db/schema/operators.ts'
import { accessTokens } from '#db/schema/users.ts'
import { openerForUsers } from '#lib/audit/user-key.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { rememberAddress } from './known-place.ts'

/** Sessions looked at in one night. */
const MOST = 1000

/**
 * Remembers the places of sessions that began before places were remembered, for users without any known place. A changed
 * password ends sessions and places alike, so this brings no old place back.
 */
export async function adoptPlaces(ctx: Authorized<'system:work'>): Promise<void> {
  const { db, accountId } = ctx
  const now = ctx.clock.now()
  const sessions = await db
    .select({ userId: accessTokens.userId, sealedIp: accessTokens.sealedIp })
    .from(accessTokens)
    .where(
      and(
        eq(accessTokens.accountId, accountId),
        isNull(accessTokens.revokedAt),
        gt(accessTokens.expiresAt, now),
        isNotNull(accessTokens.sealedIp),
        sql`not exists (select from ${knownPlaces}
          where ${knownPlaces.accountId} = ${accessTokens.accountId} and ${knownPlaces.userId} = ${accessTokens.userId})`,
      ),
    )
    .limit(MOST)
  const open = await openerForUsers(
    db,
    accountId,
    sessions.map(({ userId }) => userId),
  )
  for (const { userId, sealedIp } of sessions) {
    await rememberAddress({ ...ctx, ip: sealedIp && open(userId, sealedIp).text }, { userId })
  }
  const operators = await db
    .select({ operatorId: operatorSessions.operatorId, ip: operatorSessions.ip })
    .from(operatorSessions)
    .where(
      and(
        eq(operatorSessions.accountId, accountId),
        isNull(operatorSessions.revokedAt),
        isNotNull(operatorSessions.ip),
        sql`not exists (select from ${knownPlaces}
          where ${knownPlaces.accountId} = ${operatorSessions.accountId}
            and ${knownPlaces.operatorId} = ${operatorSessions.operatorId})`,
      ),
    )
    .limit(MOST)
  for (const { operatorId, ip } of operators) await rememberAddress({ ...ctx, ip }, { operatorId })
}
