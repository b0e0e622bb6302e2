import { and, eq, lte } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { setupLinks } from '#db/schema/operators.ts'
import { hashToken, newToken } from '#lib/core/crypto/token.ts'
import { newId } from '#lib/core/ids.ts'
import { hasOperator } from './find-setup-link.ts'

/** How long the link that creates the first operator may be used (milliseconds): 24 hours. */
const SETUP_LINK_MS = 24 * 3_600_000

/** The page that takes the token of the setup link. */
export function setupPath(token: string): string {
  return `/dashboard/setup?token=${token}`
}

/**
 * The token of a new setup link, as long as the account has no operator; undefined once there is one. Only its hash is
 * kept, so every start makes a link of its own.
 */
export async function ensureSetupLink(
  db: Executor,
  accountId: string,
  at: Date,
): Promise<string | undefined> {
  if (await hasOperator(db, accountId)) return undefined
  await db.delete(setupLinks).where(and(eq(setupLinks.accountId, accountId), lte(setupLinks.expiresAt, at)))
  const token = newToken()
  await db.insert(setupLinks).values({
    accountId,
    id: newId(),
    tokenHash: hashToken(token),
    expiresAt: new Date(at.getTime() + SETUP_LINK_MS),
    createdAt: at,
  })
  return token
}
