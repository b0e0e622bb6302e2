import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { productVersions } from '#db/schema/product-versions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { toProductVersionDto } from './product-version-dto.ts'

/**
 * Deletes a product version that nothing refers to.
 * @throws NOT_FOUND, IN_USE while a license has it
 */
export function deleteProductVersion(ctx: Authorized<'product:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(productVersions.accountId, tx.accountId), eq(productVersions.id, id))
    // This lock holds back rows that begin to refer to it, whose foreign key takes a weaker lock.
    const [row] = await tx.db.select().from(productVersions).where(mine).for('update')
    if (!row) throw notFound('product version')
    const [licensesUse] = await tx.db
      .select({ accountId: licenses.accountId })
      .from(licenses)
      .where(and(eq(licenses.accountId, tx.accountId), eq(licenses.productVersionId, id)))
      .limit(1)
    if (licensesUse) throw new AppError('IN_USE', 'This product version is in use by a license.')
    await tx.db.delete(productVersions).where(mine)
    recordEvent(tx, {
      event: 'product-version.deleted',
      resource: 'product-version',
      resourceId: id,
      changes: { name: row.name },
      snapshot: toProductVersionDto(row),
    })
    return undefined
  })
}
