import { and, eq, isNull } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { operatorSessions, operators, roles } from '#db/schema/operators.ts'
import type { Actor } from '#lib/core/actor.ts'
import type { Clock } from '#lib/core/clock.ts'
import { hashToken } from '#lib/core/crypto/token.ts'
import { claimsOf } from '#lib/core/reserved-roles.ts'

/** The signed-in operator as the dashboard shows them. */
export interface CurrentOperator {
  id: string
  accountId: string
  name: string
  email: string
  roleName: string
}

export interface LiveOperatorSession {
  actor: Actor & { kind: 'operator' }
  operator: CurrentOperator
}

/** How stale `last_seen_at` may get, milliseconds: an idle session may end this much early, never late. */
const SEEN_EVERY_MS = 60_000

/**
 * The live session behind an operator's token: not signed out, not 8 hours old, not idle for 30 minutes, its operator not
 * disabled. What the operator may do is read anew each time, so a changed role holds from the next request.
 */
export async function findOperatorSession(
  token: string,
  clock: Clock,
): Promise<LiveOperatorSession | undefined> {
  const now = clock.now()
  const [row] = await db()
    .select({
      id: operatorSessions.id,
      accountId: operatorSessions.accountId,
      authenticatedAt: operatorSessions.authenticatedAt,
      expiresAt: operatorSessions.expiresAt,
      lastSeenAt: operatorSessions.lastSeenAt,
      operatorId: operators.id,
      name: operators.name,
      email: operators.email,
      roleName: roles.name,
      reserved: roles.reserved,
      claims: roles.claims,
    })
    .from(operatorSessions)
    .innerJoin(
      operators,
      and(
        eq(operators.accountId, operatorSessions.accountId),
        eq(operators.id, operatorSessions.operatorId),
        isNull(operators.disabledAt),
      ),
    )
    .innerJoin(roles, and(eq(roles.accountId, operators.accountId), eq(roles.id, operators.roleId)))
    .where(and(eq(operatorSessions.tokenHash, hashToken(token)), isNull(operatorSessions.revokedAt)))
  if (!row) return undefined
  const idleMs = now.getTime() - row.lastSeenAt.getTime()
  if (row.expiresAt <= now || idleMs >= SESSION_IDLE_MS) return undefined
  if (idleMs > SEEN_EVERY_MS) {
    await db()
      .update(operatorSessions)
      .set({ lastSeenAt: now })
      .where(and(eq(operatorSessions.accountId, row.accountId), eq(operatorSessions.id, row.id)))
  }
  return {
    actor: {
      kind: 'operator',
      operatorId: row.operatorId,
      sessionId: row.id,
      claims: claimsOf({ name: row.roleName, reserved: row.reserved, claims: row.claims }),
      authenticatedAt: row.authenticatedAt,
    },
    operator: {
      id: row.operatorId,
      accountId: row.accountId,
      name: row.name,
      email: row.email,
      roleName: row.roleName,
    },
  }
}

/** A session ends 8 hours after sign-in, however busy (milliseconds). */
export const SESSION_MS = 8 * 3_600_000

/** … and after 30 minutes without a request (milliseconds). */
export const SESSION_IDLE_MS = 30 * 60_000
