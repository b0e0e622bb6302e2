import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import { notFound } from '#lib/core/errors.ts'
import { productPrivateKeys } from '#lib/vendor/signing/product-private-keys.ts'
import { provenKey } from '../activations/license-facts.ts'
import { type OfflineRequest, openOfflineRequest, unreadable } from './open-request.ts'

/**
 * Reads a device's request and makes sure that it is for that license and nothing else. Its key is answered as it was issued.
 * @throws NOT_FOUND, INVALID_OFFLINE_REQUEST also for another product's or license's
 */
export async function readOfflineRequest(
  ctx: Ctx,
  { licenseId, offlineRequest }: { licenseId: string; offlineRequest: string },
): Promise<Exclude<OfflineRequest, { type: 'trial' }>> {
  const { db, accountId } = ctx
  const [license] = await db
    .select()
    .from(licenses)
    .where(and(eq(licenses.accountId, accountId), eq(licenses.id, licenseId)))
  if (!license) throw notFound('license')
  const product = { accountId, productId: license.productId }
  const keys = await productPrivateKeys(db, product, ctx.clock.now())
  const request = openOfflineRequest(offlineRequest, keys)
  if (request.type === 'trial' || request.productId.toLowerCase() !== license.productId) throw unreadable()
  const key = request.key.trim()
  // A deactivation also names the activation's id, so a recently replaced key is enough.
  const proven = await provenKey(ctx, license, key, { former: request.type === 'deactivate' })
  if (proven === undefined) throw unreadable()
  return { ...request, key: proven }
}
