import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { operators, setupLinks } from '#db/schema/operators.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { hashToken } from '#lib/core/crypto/token.ts'

/** The unused, unexpired setup link with that token. */
export async function findSetupLink(
  db: Executor,
  accountId: string,
  token: string,
  at: Date,
): Promise<{ id: string } | undefined> {
  const [link] = await db
    .select({ id: setupLinks.id })
    .from(setupLinks)
    .where(
      and(
        eq(setupLinks.accountId, accountId),
        eq(setupLinks.tokenHash, hashToken(token)),
        isNull(setupLinks.consumedAt),
        gt(setupLinks.expiresAt, at),
      ),
    )
  return link
}

/** Whether the account has an operator, disabled ones included. */
export async function hasOperator(db: Executor, accountId: string): Promise<boolean> {
  const [someone] = await db
    .select({ id: operators.id })
    .from(operators)
    .where(eq(operators.accountId, accountId))
    .limit(1)
  return someone !== undefined
}

/** Whether the link would still create the first operator. Looking does not use it up. */
export async function isSetupLinkUsable(ctx: Authorized<'public'>, token: string): Promise<boolean> {
  if (await hasOperator(ctx.db, ctx.accountId)) return false
  return (await findSetupLink(ctx.db, ctx.accountId, token, ctx.clock.now())) !== undefined
}
