import { and, eq } from 'drizzle-orm'
import { licenseTemplates } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { lockSources } from '../lock-references.ts'
import { partsFromInput } from './parts.ts'
import { rulesFromInput } from './rules.ts'
import { type TemplateDto, toTemplateDto } from './template-dto.ts'
import type { UpdateTemplateInput } from './template-input.ts'

/**
 * Changes a license template. Licenses made from it before keep what they inherited.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when the name is taken
 */
export function updateTemplate(
  ctx: Authorized<'licenseTemplate:write'>,
  id: string,
  input: UpdateTemplateInput,
): Promise<TemplateDto> {
  return uniqueName('license template', 'license_templates_name', () =>
    inTransaction(ctx, async (tx) => {
      const mine = and(eq(licenseTemplates.accountId, tx.accountId), eq(licenseTemplates.id, id))
      const [before] = await tx.db
        .select({ id: licenseTemplates.id })
        .from(licenseTemplates)
        .where(mine)
        .for('update')
      if (!before) throw notFound('license template')
      await lockSources(tx.db, tx.accountId, input)
      const changes = {
        ...rulesFromInput(input),
        ...partsFromInput(input),
        ...(input.name !== undefined && { name: input.name }),
        ...(input.keyPattern !== undefined && { keyPattern: input.keyPattern }),
      }
      const [row] = await tx.db
        .update(licenseTemplates)
        .set({ ...changes, updatedAt: tx.clock.now() })
        .where(mine)
        .returning()
      if (!row) throw notFound('license template')
      recordEvent(tx, {
        event: 'license-template.updated',
        resource: 'license-template',
        resourceId: id,
        changes,
      })
      return toTemplateDto(row)
    }),
  )
}
