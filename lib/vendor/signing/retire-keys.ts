import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { signingKeys } from '#db/schema/products.ts'

interface Retirement {
  accountId: string
  /** Null: the account's own keys. */
  productId: string | null
  at: Date
  /** Seconds that they stay published at least; longer where something they signed is good for longer. */
  overlap: number
}

/** Retires every key that signs now. Answers their ids. */
export async function retireKeys(
  db: Executor,
  { accountId, productId, at, overlap }: Retirement,
): Promise<string[]> {
  const until = new Date(at.getTime() + overlap * 1000).toISOString()
  const retired = await db
    .update(signingKeys)
    .set({
      retiredAt: at,
      publishedUntil: sql`greatest(${signingKeys.publishedUntil}, ${until}::timestamptz)`,
    })
    .where(
      and(
        eq(signingKeys.accountId, accountId),
        productId === null ? isNull(signingKeys.productId) : eq(signingKeys.productId, productId),
        isNull(signingKeys.retiredAt),
      ),
    )
    .returning({ kid: signingKeys.id })
  return retired.map(({ kid }) => kid)
}
