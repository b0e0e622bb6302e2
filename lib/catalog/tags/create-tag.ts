import { tags } from '#db/schema/tags.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { type TagDto, toTagDto } from './tag-dto.ts'
import type { CreateTagInput } from './tag-input.ts'

/**
 * Describes a word that licenses and users carry as a tag. They may carry words that are not described.
 * @throws INVALID_INPUT, CONFLICT when the name is taken
 */
export function createTag(ctx: Authorized<'tag:write'>, input: CreateTagInput): Promise<TagDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const [row] = await tx.db
      .insert(tags)
      .values({
        accountId: tx.accountId,
        id: newId(),
        name: input.name,
        description: input.description ?? '',
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [tags.accountId, tags.name] })
      .returning()
    if (!row) throw nameTaken('tag')
    recordEvent(tx, {
      event: 'tag.created',
      resource: 'tag',
      resourceId: row.id,
      changes: { name: row.name },
    })
    return toTagDto(row)
  })
}
