import { and, eq, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { tags } from '#db/schema/tags.ts'
import { users } from '#db/schema/users.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { carries, type TagDto, toTagDto } from './tag-dto.ts'
import type { UpdateTagInput } from './tag-input.ts'

/**
 * Changes a tag. Another name goes to every license and user that carries it.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when the name is taken
 */
export function updateTag(ctx: Authorized<'tag:write'>, id: string, input: UpdateTagInput): Promise<TagDto> {
  return uniqueName('tag', 'tags_name', () =>
    inTransaction(ctx, async (tx) => {
      const now = tx.clock.now()
      const mine = and(eq(tags.accountId, tx.accountId), eq(tags.id, id))
      const [before] = await tx.db.select().from(tags).where(mine).for('update')
      if (!before) throw notFound('tag')
      const changes = {
        ...(input.name !== undefined && { name: input.name }),
        ...(input.description !== undefined && { description: input.description }),
      }
      const [row] = await tx.db
        .update(tags)
        .set({ ...changes, updatedAt: now })
        .where(mine)
        .returning()
      if (!row) throw notFound('tag')
      if (row.name !== before.name) {
        for (const marked of [licenses, users]) {
          // A row that carries the new word already keeps it once.
          const others = sql`array_remove(${marked.tags}, ${row.name})`
          await tx.db
            .update(marked)
            .set({ tags: sql`array_replace(${others}, ${before.name}, ${row.name})`, updatedAt: now })
            .where(and(eq(marked.accountId, tx.accountId), carries(marked.tags, before.name)))
        }
      }
      recordEvent(tx, { event: 'tag.updated', resource: 'tag', resourceId: id, changes })
      return toTagDto(row)
    }),
  )
}
