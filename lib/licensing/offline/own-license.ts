import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { self } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'

/**
 * Makes sure that a license is the customer's own. Only the owner may take a shared license offline, because its files name the
 * owner.
 * @throws NOT_FOUND
 */
export async function requireOwnLicense(ctx: Authorized<'me:write'>, licenseId: string): Promise<void> {
  const [own] = await ctx.db
    .select({ id: licenses.id })
    .from(licenses)
    .where(
      and(
        eq(licenses.accountId, ctx.accountId),
        eq(licenses.id, licenseId),
        eq(licenses.userId, self(ctx).userId),
      ),
    )
  if (!own) throw notFound('license')
}
