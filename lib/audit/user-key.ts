import { randomBytes } from 'node:crypto'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { PgTransaction } from 'drizzle-orm/pg-core'
import type { Executor } from '#db/client.ts'
import { preparedOnce } from '#db/prepared.ts'
import { userKeys } from '#db/schema/users.ts'
import { openWith, seal, sealWith, tryOpen } from '#lib/core/crypto/seal.ts'
import { log } from '#lib/core/logging/log.ts'

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

/** Null where there is a key that cannot be read. */
async function findKey(db: Executor, accountId: string, userId: string): Promise<Buffer | null | undefined> {
  const [row] = await selectKey(db).execute({ accountId, userId })
  if (!row) return undefined
  const key = tryOpen('user-key', row.sealedKey, userId)
  return key === undefined ? null : Buffer.from(key, 'base64url')
}

/** Seals a personal value under the user's own key, making the key on first use. */
export async function sealForUser(
  db: Executor,
  user: { accountId: string; userId: string; at: Date },
  text: string,
): Promise<string> {
  return (await findSealer(db, user))(text)
}

/**
 * A personal value: its text, or the reason why there is none (the user was erased, or the value or its key cannot be opened).
 */
export type Opened = { text: string } | { text: null; gone: 'erased' | 'unreadable' }

export type Opener = (userId: string, sealed: string) => Opened

/** The words that people read instead of a personal value without text. */
export const GONE = { erased: '(erased)', unreadable: '(unreadable)' } as const

/**
 * The function that opens what was sealed under those users' keys, with one query. It never throws: a value that cannot be
 * opened takes no list down.
 */
export async function openerForUsers(
  db: Executor,
  accountId: string,
  userIds: readonly string[],
): Promise<Opener> {
  const rows =
    userIds.length === 0
      ? []
      : await db
          .select({ userId: userKeys.userId, sealedKey: userKeys.sealedKey })
          .from(userKeys)
          .where(and(eq(userKeys.accountId, accountId), inArray(userKeys.userId, [...new Set(userIds)])))
  const keys = new Map(rows.map((row) => [row.userId, tryOpen('user-key', row.sealedKey, row.userId)]))
  return (userId, sealed) => {
    if (!keys.has(userId)) return { text: null, gone: 'erased' }
    try {
      return { text: openWith(Buffer.from(keys.get(userId) ?? '', 'base64url'), sealed, userId) }
    } catch {
      return { text: null, gone: 'unreadable' }
    }
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

async function findSealer(
  db: Executor,
  user: { accountId: string; userId: string; at: Date },
): Promise<(text: string) => string> {
  const key = (await findKey(db, user.accountId, user.userId)) ?? (await makeKey(db, user))
  if (key) return (text) => sealWith(key, text, user.userId)
  // Replacing the key would destroy values that another entry of SECRET_KEY may open again. Refusing would stop sales to the
  // user.
  log().warn(
    { userId: user.userId },
    'the key of a user cannot be read: what is personal in their events is not kept',
  )
  return () => ''
}

/** Null where there is one by now that cannot be read. */
async function makeKey(
  db: Executor,
  { accountId, userId, at }: { accountId: string; userId: string; at: Date },
): Promise<Buffer | null> {
  const sealedKey = seal('user-key', randomBytes(32).toString('base64url'), userId)
  await db.insert(userKeys).values({ accountId, userId, sealedKey, createdAt: at }).onConflictDoNothing()
  const key = await findKey(db, accountId, userId)
  if (key === undefined) throw new Error('the key of that user was destroyed')
  return key
}
