import { and, eq } from 'drizzle-orm'
import { licenseTemplates } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type TemplateDto, toTemplateDto } from './template-dto.ts'

/**
 * One license template.
 * @throws NOT_FOUND
 */
export async function getTemplate(ctx: Authorized<'licenseTemplate:read'>, id: string): Promise<TemplateDto> {
  const [row] = await ctx.db
    .select()
    .from(licenseTemplates)
    .where(and(eq(licenseTemplates.accountId, ctx.accountId), eq(licenseTemplates.id, id)))
  if (!row) throw notFound('license template')
  return toTemplateDto(row)
}
