import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import type { Authorized } from '../auth/authorize.ts'
import { self } from '../auth/self.ts'
import { notFound } from '../errors.ts'

/**
 * Makes sure that a license is the customer's own. One that is only shared with them is its owner's to take offline: its files
 * say who that is.
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
