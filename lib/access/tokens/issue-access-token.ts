import { and, eq, isNull } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import { accessTokens, users } from '#db/schema/users.ts'
import { sealForUser } from '#lib/audit/user-key.ts'
import type { Ctx } from '#lib/core/context.ts'
import { hashToken, newToken, USER_TOKEN_PREFIX } from '#lib/core/crypto/token.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'

/** Lifetime of a user's access token, seconds: absolute, however busy it is. */
const DEFAULT_SECONDS = 10 * 3600
const SHORTEST_SECONDS = 60
const LONGEST_SECONDS = 31 * 24 * 3600

/** A user who has just been proved to be that user, and the epoch in which they were. */
export interface Proven {
  userId: string
  signInEpoch: number
}

interface IssueAccessToken extends Proven {
  kind: 'browser' | 'api'
  userAgent: string
}

export interface IssuedAccessToken {
  id: string
  /** Shown to its holder once; only its hash is kept. */
  token: string
  expiresAt: Date
}

/**
 * Makes a token for a user who has just been proved to be that user, and notes it as their last sign-in: every session starts
 * here, after registering as after a password. The same statement checks the epoch under the user's row lock. Whatever ends all
 * sessions takes that lock first, so a session either began before and ends with them, or does not begin.
 * @throws AUTHENTICATION_FAILED when all sessions were ended since, or the user may not sign in any more
 */
export async function issueAccessToken(ctx: Ctx, input: IssueAccessToken): Promise<IssuedAccessToken> {
  const now = ctx.clock.now()
  const [admitted] = await ctx.db
    .update(users)
    .set({ lastLoginAt: now })
    .where(
      and(
        eq(users.accountId, ctx.accountId),
        eq(users.id, input.userId),
        eq(users.signInEpoch, input.signInEpoch),
        isNull(users.bannedAt),
        eq(users.allowCustomerPortalAccess, true),
      ),
    )
    .returning({ id: users.id })
  if (!admitted) {
    throw new AppError('AUTHENTICATION_FAILED', 'You were signed out meanwhile. Please sign in again.')
  }
  const [account] = await ctx.db
    .select({ settings: accounts.settings })
    .from(accounts)
    .where(eq(accounts.id, ctx.accountId))
  const wanted = account?.settings.sessionDurationSeconds ?? DEFAULT_SECONDS
  const seconds = Math.min(Math.max(wanted, SHORTEST_SECONDS), LONGEST_SECONDS)
  const issued = {
    id: newId(),
    token: newToken(USER_TOKEN_PREFIX),
    expiresAt: new Date(now.getTime() + seconds * 1000),
  }
  await ctx.db.insert(accessTokens).values({
    accountId: ctx.accountId,
    id: issued.id,
    userId: input.userId,
    tokenHash: hashToken(issued.token),
    kind: input.kind,
    userAgent: input.userAgent.slice(0, 300),
    sealedIp: ctx.ip
      ? await sealForUser(ctx.db, { accountId: ctx.accountId, userId: input.userId, at: now }, ctx.ip)
      : null,
    expiresAt: issued.expiresAt,
    createdAt: now,
  })
  return issued
}
