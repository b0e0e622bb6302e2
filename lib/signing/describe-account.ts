import { and, asc, desc, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { accounts } from '#db/schema/accounts.ts'
import { products, signingKeys } from '#db/schema/products.ts'
import type { Authorized } from '../auth/authorize.ts'

export const PublicKeysDto = z.object({
  account: z.object({ id: z.uuid(), name: z.string() }),
  products: z.array(
    z.object({ id: z.uuid(), name: z.string(), displayName: z.string(), publicKey: z.string() }),
  ),
})
export type PublicKeysDto = z.infer<typeof PublicKeysDto>

/** What is public of the account's products: ids, names, and the PEM of the key that signs their tokens now. */
export async function describeAccount(ctx: Authorized<'public'>): Promise<PublicKeysDto> {
  const [account] = await ctx.db
    .select({ id: accounts.id, name: accounts.name })
    .from(accounts)
    .where(eq(accounts.id, ctx.accountId))
  if (!account) throw new Error('the account of this request is gone')
  const rows = await ctx.db
    .selectDistinctOn([products.createdAt, products.id], {
      id: products.id,
      name: products.name,
      displayName: products.displayName,
      publicKey: signingKeys.publicPem,
    })
    .from(products)
    .innerJoin(
      signingKeys,
      and(
        eq(signingKeys.accountId, products.accountId),
        eq(signingKeys.productId, products.id),
        eq(signingKeys.algorithm, 'RS256'),
        isNull(signingKeys.retiredAt),
      ),
    )
    .where(eq(products.accountId, ctx.accountId))
    .orderBy(asc(products.createdAt), asc(products.id), desc(signingKeys.createdAt), desc(signingKeys.id))
  return { account, products: rows }
}
