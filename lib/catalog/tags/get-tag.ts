import { and, eq } from 'drizzle-orm'
import { tags } from '#db/schema/tags.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type TagDto, toTagDto } from './tag-dto.ts'

/**
 * One tag.
 * @throws NOT_FOUND
 */
export async function getTag(ctx: Authorized<'tag:read'>, id: string): Promise<TagDto> {
  const [row] = await ctx.db
    .select()
    .from(tags)
    .where(and(eq(tags.accountId, ctx.accountId), eq(tags.id, id)))
  if (!row) throw notFound('tag')
  return toTagDto(row)
}
