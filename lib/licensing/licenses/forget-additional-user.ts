import { and, eq, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'

/** Takes a user who goes from every license that names them besides its owner. */
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
        // The second condition is what the index over shared licenses asks for.
        sql`(${additionalUserIds} @> array[${userId}]::uuid[] and ${additionalUserIds} <> '{}')`,
      ),
    )
}
