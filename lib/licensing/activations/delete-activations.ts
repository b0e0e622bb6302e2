import { and, eq, gt, gte, lt, lte } from 'drizzle-orm'
import { activations } from '#db/schema/licenses.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { id, instantInput } from '#lib/core/input/fields.ts'
import { plainQuery } from '#lib/core/input/plain-query.ts'
import { freeLocked } from './free-device.ts'
import { lockLicense } from './license-facts.ts'

const moment = instantInput().optional()

/** The license is required, so an empty query frees nothing. */
export const BulkDeletion = plainQuery({
  licenseId: id(),
  'createdAt[gte]': moment,
  'createdAt[gt]': moment,
  'createdAt[lte]': moment,
  'createdAt[lt]': moment,
  /** Older spelling of `createdAt[gt]`. */
  createdAfter: moment,
  /** Older spelling of `createdAt[lt]`. */
  createdBefore: moment,
})

interface Range {
  licenseId: string
  'createdAt[gte]'?: Date | undefined
  'createdAt[gt]'?: Date | undefined
  'createdAt[lte]'?: Date | undefined
  'createdAt[lt]'?: Date | undefined
  createdAfter?: Date | undefined
  createdBefore?: Date | undefined
}

/**
 * Frees the devices of a license that were activated in a range of time, all in one transaction, on the vendor's behalf: the
 * license's deactivations are neither checked nor used up. Ended leases go as well.
 * @throws NOT_FOUND for a license that is not there
 */
export async function deleteActivations(ctx: Authorized<'license:write'>, range: Range): Promise<undefined> {
  await inTransaction(ctx, async (tx) => {
    const facts = await lockLicense(tx.db, tx.accountId, range.licenseId)
    if (!facts) throw notFound('license')
    const { createdAt } = activations
    const devices = await tx.db
      .select()
      .from(activations)
      .where(
        and(
          eq(activations.accountId, tx.accountId),
          eq(activations.licenseId, range.licenseId),
          range['createdAt[gte]'] && gte(createdAt, range['createdAt[gte]']),
          range['createdAt[gt]'] && gt(createdAt, range['createdAt[gt]']),
          range['createdAt[lte]'] && lte(createdAt, range['createdAt[lte]']),
          range['createdAt[lt]'] && lt(createdAt, range['createdAt[lt]']),
          range.createdAfter && gt(createdAt, range.createdAfter),
          range.createdBefore && lt(createdAt, range.createdBefore),
        ),
      )
    for (const activation of devices) {
      await freeLocked(tx, facts.license, activation, { action: 'deactivate', fromBudget: false })
    }
  })
}
