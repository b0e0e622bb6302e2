import { eq } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import type { Authorized } from '#lib/core/authorize.ts'

/** The account's name as customers know it; anybody may see it. */
export async function vendorName(ctx: Authorized<'public'>): Promise<string> {
  const [account] = await ctx.db
    .select({ name: accounts.name })
    .from(accounts)
    .where(eq(accounts.id, ctx.accountId))
  return account?.name ?? 'Latchkey'
}
