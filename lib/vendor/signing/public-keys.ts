import { createPublicKey } from 'node:crypto'
import { and, desc, eq, gt, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Executor } from '#db/client.ts'
import { signingKeys } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { accountSigningKey } from './account-key.ts'

/** A key of the account, in every form that verifiers ask for. */
export const AccountKeyDto = z
  .object({
    kid: z.string(),
    hex: z.string().meta({ description: 'The raw Ed25519 key, 64 hexadecimal characters.' }),
    pem: z.string(),
  })
  .meta({ id: 'AccountKey' })
export type AccountKeyDto = z.infer<typeof AccountKeyDto>

/** The key that signs now, then those before it. */
const signersFirst = [
  sql`${signingKeys.retiredAt} is not null`,
  desc(signingKeys.createdAt),
  desc(signingKeys.id),
]

/** The account's own keys that still count, newest first: the first one signs. */
export async function accountPublicKeys(db: Executor, accountId: string, at: Date): Promise<AccountKeyDto[]> {
  await accountSigningKey(db, accountId)
  const rows = await db
    .select({ kid: signingKeys.id, pem: signingKeys.publicPem })
    .from(signingKeys)
    .where(and(eq(signingKeys.accountId, accountId), isNull(signingKeys.productId), isPublished(at)))
    .orderBy(...signersFirst)
  return rows.map(({ kid, pem }) => ({ kid, hex: rawHex(pem), pem }))
}

/** The products' keys that still count, newest first, by product. */
export async function productPublicKeys(
  db: Executor,
  accountId: string,
  at: Date,
): Promise<Map<string, { kid: string; pem: string }[]>> {
  const rows = await db
    .select({ productId: signingKeys.productId, kid: signingKeys.id, pem: signingKeys.publicPem })
    .from(signingKeys)
    .where(and(eq(signingKeys.accountId, accountId), isNotNull(signingKeys.productId), isPublished(at)))
    .orderBy(...signersFirst)
  const byProduct = new Map<string, { kid: string; pem: string }[]>()
  for (const { productId, kid, pem } of rows) {
    if (productId) byProduct.set(productId, [...(byProduct.get(productId) ?? []), { kid, pem }])
  }
  return byProduct
}

/** The last 32 bytes of the key's DER are the key itself. */
function rawHex(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
}

/** Keys that still count: those that sign, and retired ones until the last thing they signed has expired. */
export function isPublished(at: Date): SQL | undefined {
  return or(isNull(signingKeys.retiredAt), gt(signingKeys.publishedUntil, at))
}

/** The keys with which applications check license files, the one that signs now first. */
export function listAccountKeys(ctx: Authorized<'product:read'>): Promise<AccountKeyDto[]> {
  return accountPublicKeys(ctx.db, ctx.accountId, ctx.clock.now())
}
