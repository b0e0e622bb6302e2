import { and, eq, isNull, lt, or } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { signingKeys } from '#db/schema/products.ts'

const DAY_MS = 86_400_000

/**
 * Keeps a key published at least until then, because something it signed is valid that long. Call it in the transaction that
 * hands the signed file out. It rounds to whole days, so that most calls write nothing.
 */
export async function keepPublished(
  db: Executor,
  key: { accountId: string; kid: string },
  until: Date,
): Promise<void> {
  const publishedUntil = new Date(Math.ceil(until.getTime() / DAY_MS) * DAY_MS)
  await db
    .update(signingKeys)
    .set({ publishedUntil })
    .where(
      and(
        eq(signingKeys.accountId, key.accountId),
        eq(signingKeys.id, key.kid),
        or(isNull(signingKeys.publishedUntil), lt(signingKeys.publishedUntil, publishedUntil)),
      ),
    )
}
