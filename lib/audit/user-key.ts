import { randomBytes } from 'node:crypto'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { PgTransaction } from 'drizzle-orm/pg-core'
import type { Executor } from '#db/client.ts'
import { preparedOnce } from '#db/prepared-once.ts'
import { userKeys } from '#db/schema/users.ts'
import { open, openWith, seal, sealWith } from '../crypto/seal.ts'

const selectKey = preparedOnce((db) =>
  db
    .select({ sealedKey: userKeys.sealedKey })
    .from(userKeys)
    .where(
      and(
        eq(userKeys.accountId, sql.placeholder('accountId')),
        eq(userKeys.userId, sql.placeholder('userId')),
      ),
    )
    .prepare('find_user_key'),
)

async function findKey(db: Executor, accountId: string, userId: string): Promise<Buffer | undefined> {
  const [row] = await selectKey(db).execute({ accountId, userId })
  return row && Buffer.from(open('user-key', row.sealedKey, userId), 'base64url')
}

/** Seals a personal value under the user's own key, making the key on first use. */
export async function sealForUser(
  db: Executor,
  user: { accountId: string; userId: string; at: Date },
  text: string,
): Promise<string> {
  let key = await findKey(db, user.accountId, user.userId)
  if (!key) {
    const sealedKey = seal('user-key', randomBytes(32).toString('base64url'), user.userId)
    await db
      .insert(userKeys)
      .values({ accountId: user.accountId, userId: user.userId, sealedKey, createdAt: user.at })
      .onConflictDoNothing()
    key = await findKey(db, user.accountId, user.userId)
  }
  if (!key) throw new Error('the key of that user was destroyed')
  return sealWith(key, text, user.userId)
}

/** Opens what `sealForUser` sealed; null when the user's key was destroyed. */
export async function openForUser(
  db: Executor,
  user: { accountId: string; userId: string },
  sealed: string,
): Promise<string | null> {
  const key = await findKey(db, user.accountId, user.userId)
  return key ? openWith(key, sealed, user.userId) : null
}

/** As `openForUser` for many values at once, with one query: gives the function that opens them. */
export async function openerForUsers(
  db: Executor,
  accountId: string,
  userIds: readonly string[],
): Promise<(userId: string, sealed: string) => string | null> {
  const rows =
    userIds.length === 0
      ? []
      : await db
          .select({ userId: userKeys.userId, sealedKey: userKeys.sealedKey })
          .from(userKeys)
          .where(and(eq(userKeys.accountId, accountId), inArray(userKeys.userId, [...new Set(userIds)])))
  const keys = new Map(
    rows.map((row) => [row.userId, Buffer.from(open('user-key', row.sealedKey, row.userId), 'base64url')]),
  )
  return (userId, sealed) => {
    const key = keys.get(userId)
    return key ? openWith(key, sealed, userId) : null
  }
}

/** Found once per transaction: the log and the audit trail of one change seal under the same key. */
const sealers = new WeakMap<object, Map<string, Promise<(text: string) => string>>>()

/** As `sealForUser` for many values, with one look for the key: gives the function that seals them. */
export function sealerForUser(
  db: Executor,
  user: { accountId: string; userId: string; at: Date },
): Promise<(text: string) => string> {
  const transaction: object | undefined = db instanceof PgTransaction ? db : undefined
  if (!transaction) return findSealer(db, user)
  const known = sealers.get(transaction) ?? new Map<string, Promise<(text: string) => string>>()
  sealers.set(transaction, known)
  const sealer = known.get(user.userId) ?? findSealer(db, user)
  known.set(user.userId, sealer)
  return sealer
}

async function findSealer(db: Executor, user: { accountId: string; userId: string; at: Date }) {
  let key = await findKey(db, user.accountId, user.userId)
  if (!key) {
    // Makes the key.
    await sealForUser(db, user, '')
    key = await findKey(db, user.accountId, user.userId)
  }
  if (!key) throw new Error('the key of that user was destroyed')
  const known = key
  return (text: string) => sealWith(known, text, user.userId)
}
