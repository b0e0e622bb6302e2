import { and, eq } from 'drizzle-orm'
import { resellers } from '#db/schema/organizations.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError } from '#lib/core/errors.ts'

/**
 * Keeps the reseller from being deleted until the transaction ends.
 * @throws INVALID_INPUT when there is no such reseller
 */
export async function lockReseller(ctx: Ctx, id: string): Promise<void> {
  const [reseller] = await ctx.db
    .select({ id: resellers.id })
    .from(resellers)
    .where(and(eq(resellers.accountId, ctx.accountId), eq(resellers.id, id)))
    .for('key share')
  if (!reseller) throw fieldError('resellerId', 'there is no such reseller')
}
