import { asc, eq } from 'drizzle-orm'
import { z } from 'zod'
import { accounts } from '#db/schema/accounts.ts'
import { products } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AccountKeyDto, accountPublicKeys, productPublicKeys } from './public-keys.ts'

export const PublicKeysDto = z.object({
  account: z.object({
    id: z.uuid(),
    name: z.string(),
    publicKeys: z
      .array(AccountKeyDto)
      .meta({ description: 'Sign license files, answers and the revocation list; the first one does now.' }),
  }),
  products: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      displayName: z.string(),
      publicKey: z.string(),
      publicKeys: z.array(z.object({ kid: z.string(), pem: z.string() })),
    }),
  ),
})
export type PublicKeysDto = z.infer<typeof PublicKeysDto>

/** What is public of the account and its products: ids, names, and the keys that still count, newest first. */
export async function describeAccount(ctx: Authorized<'public'>): Promise<PublicKeysDto> {
  const at = ctx.clock.now()
  const [account] = await ctx.db
    .select({ id: accounts.id, name: accounts.name })
    .from(accounts)
    .where(eq(accounts.id, ctx.accountId))
  if (!account) throw new Error('the account of this request is gone')
  const rows = await ctx.db
    .select({ id: products.id, name: products.name, displayName: products.displayName })
    .from(products)
    .where(eq(products.accountId, ctx.accountId))
    .orderBy(asc(products.createdAt), asc(products.id))
  const keysOf = await productPublicKeys(ctx.db, ctx.accountId, at)
  return {
    account: { ...account, publicKeys: await accountPublicKeys(ctx.db, ctx.accountId, at) },
    products: rows.flatMap((product) => {
      const publicKeys = keysOf.get(product.id) ?? []
      const [current] = publicKeys
      return current ? [{ ...product, publicKey: current.pem, publicKeys }] : []
    }),
  }
}
