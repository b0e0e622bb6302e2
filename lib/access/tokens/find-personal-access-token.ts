import { eq, sql } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { preparedOnce } from '#db/prepared.ts'
import { personalAccessTokens } from '#db/schema/operators.ts'
import type { Clock } from '#lib/core/clock.ts'
import { hashToken, isPersonalAccessToken } from '#lib/core/crypto/token.ts'
import { isScope, type Scope } from '#lib/core/permissions.ts'

export interface LivePersonalAccessToken {
  id: string
  accountId: string
  name: string
  scopes: Scope[]
}

const USED_EVERY_MS = 60_000

const findByHash = preparedOnce((executor) =>
  executor
    .select({
      id: personalAccessTokens.id,
      accountId: personalAccessTokens.accountId,
      name: personalAccessTokens.name,
      scopes: personalAccessTokens.scopes,
      expiresAt: personalAccessTokens.expiresAt,
      revokedAt: personalAccessTokens.revokedAt,
      lastUsedAt: personalAccessTokens.lastUsedAt,
    })
    .from(personalAccessTokens)
    .where(eq(personalAccessTokens.tokenHash, sql.placeholder('hash')))
    .prepare('find_personal_access_token'),
)

/** The row behind a personal access token if it is alive. */
export async function findPersonalAccessToken(
  token: string,
  clock: Clock,
): Promise<LivePersonalAccessToken | undefined> {
  if (!isPersonalAccessToken(token)) return undefined
  const [row] = await findByHash(db()).execute({ hash: hashToken(token) })
  const now = clock.now()
  if (!row || row.revokedAt || (row.expiresAt && row.expiresAt <= now)) return undefined
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > USED_EVERY_MS) {
    await db()
      .update(personalAccessTokens)
      .set({ lastUsedAt: now })
      .where(eq(personalAccessTokens.tokenHash, hashToken(token)))
  }
  return { id: row.id, accountId: row.accountId, name: row.name, scopes: row.scopes.filter(isScope) }
}
