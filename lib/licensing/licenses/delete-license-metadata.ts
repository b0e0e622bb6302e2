import { and, eq, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'

/**
 * Takes one metadata entry from the license that has it.
 * @throws NOT_FOUND
 */
export function deleteLicenseMetadata(ctx: Authorized<'license:write'>, entryId: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .select({ id: licenses.id, userId: licenses.userId, metadata: licenses.metadata })
      .from(licenses)
      .where(
        and(
          eq(licenses.accountId, tx.accountId),
          sql`${licenses.metadata} @> ${JSON.stringify([{ id: entryId }])}::jsonb`,
        ),
      )
      .for('update')
    if (!row) throw notFound('metadata entry')
    await tx.db
      .update(licenses)
      .set({ metadata: row.metadata.filter((entry) => entry.id !== entryId), updatedAt: tx.clock.now() })
      .where(and(eq(licenses.accountId, tx.accountId), eq(licenses.id, row.id)))
    recordEvent(tx, {
      event: 'license.updated',
      resource: 'license',
      resourceId: row.id,
      userId: row.userId,
      changes: { metadata: 'changed' },
    })
    return undefined
  })
}
