import { and, eq } from 'drizzle-orm'
import { licenseMeterAttributes } from '#db/schema/license-parts.ts'
import type { Ctx } from '#lib/core/context.ts'
import { notFound } from '#lib/core/errors.ts'
import { lockLicenseRow } from './load-licenses.ts'

/**
 * One counter of a license and its license's owner, both locked until the transaction ends: the license first, as everybody
 * who counts does.
 * @throws NOT_FOUND
 */
export async function lockMeter(tx: Ctx, id: string) {
  const mine = and(eq(licenseMeterAttributes.accountId, tx.accountId), eq(licenseMeterAttributes.id, id))
  const [found] = await tx.db
    .select({ licenseId: licenseMeterAttributes.licenseId })
    .from(licenseMeterAttributes)
    .where(mine)
  if (!found) throw notFound('meter attribute')
  const { userId } = await lockLicenseRow(tx.db, tx.accountId, found.licenseId)
  const [meter] = await tx.db.select().from(licenseMeterAttributes).where(mine).for('update')
  if (!meter) throw notFound('meter attribute')
  return { meter, userId }
}
