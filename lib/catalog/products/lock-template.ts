import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenseTemplates } from '#db/schema/products.ts'
import { fieldError } from '#lib/core/errors.ts'

/**
 * Keeps the template from being deleted until the transaction ends.
 * @throws INVALID_INPUT when there is no such template
 */
export async function lockTemplate(db: Executor, accountId: string, id: string): Promise<void> {
  const [template] = await db
    .select({ id: licenseTemplates.id })
    .from(licenseTemplates)
    .where(and(eq(licenseTemplates.accountId, accountId), eq(licenseTemplates.id, id)))
    .for('key share')
  if (!template) throw fieldError('licenseTemplateId', 'there is no such license template')
}
