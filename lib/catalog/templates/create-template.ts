import { licenseTemplates } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { lockSources } from '../lock-references.ts'
import { partsFromInput } from './parts.ts'
import { rulesFromInput } from './rules.ts'
import { type TemplateDto, toTemplateDto } from './template-dto.ts'
import type { CreateTemplateInput } from './template-input.ts'

/**
 * Creates a license template; what is not sent has its default.
 * @throws INVALID_INPUT, CONFLICT when the name is taken
 */
export function createTemplate(
  ctx: Authorized<'licenseTemplate:write'>,
  input: CreateTemplateInput,
): Promise<TemplateDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    await lockSources(tx.db, tx.accountId, input)
    const [row] = await tx.db
      .insert(licenseTemplates)
      .values({
        ...rulesFromInput(input),
        ...partsFromInput(input),
        ...(input.keyPattern && { keyPattern: input.keyPattern }),
        accountId: tx.accountId,
        id: newId(),
        name: input.name,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [licenseTemplates.accountId, licenseTemplates.name] })
      .returning()
    if (!row) throw nameTaken('license template')
    recordEvent(tx, {
      event: 'license-template.created',
      resource: 'license-template',
      resourceId: row.id,
      changes: { name: row.name },
    })
    return toTemplateDto(row)
  })
}
