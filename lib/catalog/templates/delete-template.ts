import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { licenseTemplates, prices, products } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'

/**
 * Deletes a license template that nothing was made from.
 * @throws NOT_FOUND, IN_USE while a product, a price or a license has it
 */
export function deleteTemplate(ctx: Authorized<'licenseTemplate:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(licenseTemplates.accountId, tx.accountId), eq(licenseTemplates.id, id))
    // This lock holds back rows that begin to refer to it, whose foreign key takes a weaker lock.
    const [row] = await tx.db
      .select({ name: licenseTemplates.name })
      .from(licenseTemplates)
      .where(mine)
      .for('update')
    if (!row) throw notFound('license template')
    for (const user of [products, prices, licenses]) {
      const [use] = await tx.db
        .select({ id: user.id })
        .from(user)
        .where(and(eq(user.accountId, tx.accountId), eq(user.licenseTemplateId, id)))
        .limit(1)
      if (use) {
        throw new AppError('IN_USE', 'This license template is in use by a product, a price or a license.')
      }
    }
    await tx.db.delete(licenseTemplates).where(mine)
    recordEvent(tx, {
      event: 'license-template.deleted',
      resource: 'license-template',
      resourceId: id,
      changes: { name: row.name },
    })
    return undefined
  })
}
