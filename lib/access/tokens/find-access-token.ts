import { eq, sql } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { preparedOnce } from '#db/prepared.ts'
import { accessTokens, users } from '#db/schema/users.ts'
import type { Administered } from '#lib/core/actor.ts'
import type { Clock } from '#lib/core/clock.ts'
import { hashToken, USER_TOKEN_PREFIX } from '#lib/core/crypto/token.ts'

export interface LiveAccessToken {
  id: string
  accountId: string
  userId: string
  createdAt: Date
  expiresAt: Date
  /** The organization or reseller that its user runs. */
  administers?: Administered | undefined
}

/** How stale `last_seen_at` may get, milliseconds: writing it on every request would cost more than the request. */
const SEEN_EVERY_MS = 60_000

const findByHash = preparedOnce((executor) =>
  executor
    .select({
      id: accessTokens.id,
      accountId: accessTokens.accountId,
      userId: accessTokens.userId,
      createdAt: accessTokens.createdAt,
      expiresAt: accessTokens.expiresAt,
      revokedAt: accessTokens.revokedAt,
      lastSeenAt: accessTokens.lastSeenAt,
      bannedAt: users.bannedAt,
      organizationId: users.organizationId,
      isOrganizationAdmin: users.isOrganizationAdmin,
      resellerId: users.resellerId,
      isResellerAdmin: users.isResellerAdmin,
    })
    .from(accessTokens)
    .innerJoin(
      users,
      sql`${users.accountId} = ${accessTokens.accountId} and ${users.id} = ${accessTokens.userId}`,
    )
    .where(eq(accessTokens.tokenHash, sql.placeholder('hash')))
    .prepare('find_access_token'),
)

/** The row behind a user's token if it is alive: not revoked, not expired, its owner neither banned nor deleted. */
export async function findAccessToken(token: string, clock: Clock): Promise<LiveAccessToken | undefined> {
  if (!token.startsWith(USER_TOKEN_PREFIX)) return undefined
  const [row] = await findByHash(db()).execute({ hash: hashToken(token) })
  const now = clock.now()
  if (!row || row.revokedAt || row.bannedAt || row.expiresAt <= now) return undefined
  if (!row.lastSeenAt || now.getTime() - row.lastSeenAt.getTime() > SEEN_EVERY_MS) {
    await db()
      .update(accessTokens)
      .set({ lastSeenAt: now })
      .where(eq(accessTokens.tokenHash, hashToken(token)))
    await db()
      .update(users)
      .set({ lastSeenAt: now })
      .where(sql`${users.accountId} = ${row.accountId} and ${users.id} = ${row.userId}`)
  }
  return { ...row, administers: administeredIn(row) }
}

/** A user is at most one of both: see `lib/people/users/belonging.ts`. */
function administeredIn(user: {
  organizationId: string | null
  isOrganizationAdmin: boolean
  resellerId: string | null
  isResellerAdmin: boolean
}): Administered | undefined {
  if (user.isOrganizationAdmin && user.organizationId)
    return { kind: 'organization', id: user.organizationId }
  if (user.isResellerAdmin && user.resellerId) return { kind: 'reseller', id: user.resellerId }
  return undefined
}
