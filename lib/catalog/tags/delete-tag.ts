import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { tags } from '#db/schema/tags.ts'
import { users } from '#db/schema/users.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { carries, toTagDto } from './tag-dto.ts'

/**
 * Deletes a tag that nothing carries.
 * @throws NOT_FOUND, IN_USE while a license or a user carries it
 */
export function deleteTag(ctx: Authorized<'tag:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(tags.accountId, tx.accountId), eq(tags.id, id))
    const [row] = await tx.db.select().from(tags).where(mine).for('update')
    if (!row) throw notFound('tag')
    for (const marked of [licenses, users]) {
      const [use] = await tx.db
        .select({ id: marked.id })
        .from(marked)
        .where(and(eq(marked.accountId, tx.accountId), carries(marked.tags, row.name)))
        .limit(1)
      if (use) throw new AppError('IN_USE', 'This tag is in use by a license or a user.')
    }
    await tx.db.delete(tags).where(mine)
    recordEvent(tx, {
      event: 'tag.deleted',
      resource: 'tag',
      resourceId: id,
      changes: { name: row.name },
      snapshot: toTagDto(row),
    })
    return undefined
  })
}
