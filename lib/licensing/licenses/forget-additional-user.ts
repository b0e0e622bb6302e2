import { and, eq, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'

/** Removes a deleted user from the additional users of every license. */
export async function forgetAdditionalUser(tx: Ctx, userId: string): Promise<void> {
  const { additionalUserIds } = licenses
  await tx.db
    .update(licenses)
    .set({
      additionalUserIds: sql`array_remove(${additionalUserIds}, ${userId}::uuid)`,
      updatedAt: tx.clock.now(),
    })
    .where(
      and(
        eq(licenses.accountId, tx.accountId),
        // The second condition lets PostgreSQL use the partial index over shared licenses.
        sql`(${additionalUserIds} @> array[${userId}]::uuid[] and ${additionalUserIds} <> '{}')`,
      ),
    )
}
