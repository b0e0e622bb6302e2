import { and, desc, eq, gt, isNull } from 'drizzle-orm'
import { accessTokens } from '#db/schema/users.ts'
import { openerForUsers } from '#lib/audit/user-key.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { self } from '../calling-customer.ts'
import type { SessionDto } from './session-dto.ts'

/** The customer's live sessions, newest first. */
export function listMySessions(ctx: Authorized<'me:read'>): Promise<SessionDto[]> {
  const { userId, tokenId } = self(ctx)
  return findLiveSessions(ctx, userId, tokenId)
}

/** The most that a page shows. */
const SHOWN = 100

/** A user's live sessions, newest first; `currentId` marks the one that asks. */
export async function findLiveSessions(
  ctx: Ctx,
  userId: string,
  currentId: string | null,
): Promise<SessionDto[]> {
  const rows = await ctx.db
    .select()
    .from(accessTokens)
    .where(
      and(
        eq(accessTokens.accountId, ctx.accountId),
        eq(accessTokens.userId, userId),
        isNull(accessTokens.revokedAt),
        gt(accessTokens.expiresAt, ctx.clock.now()),
      ),
    )
    .orderBy(desc(accessTokens.createdAt), desc(accessTokens.id))
    .limit(SHOWN)
  const open = await openerForUsers(ctx.db, ctx.accountId, [userId])
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    userAgent: row.userAgent,
    ip: row.sealedIp ? open(userId, row.sealedIp).text : null,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
    current: row.id === currentId,
  }))
}
