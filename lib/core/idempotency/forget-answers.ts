import { and, asc, eq, gt, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { idempotencyKeys } from '#db/schema/accounts.ts'
import type { Ctx } from '../context.ts'
import { tryOpen } from '../crypto/seal.ts'

const BATCH = 1000

/** What the seal of a stored answer is bound to. */
export function bindOf(claim: { accountId: string; actor: string; key: string }): string {
  return `${claim.accountId} ${claim.actor} ${claim.key}`
}

/**
 * Empties the stored answers that name an erased person. A repetition then hears that its answer was not kept. Stored answers
 * are a day old at most. Running requests are marked first, so that each answer is either emptied here or not kept. The
 * erasure's transaction does not see requests that began meanwhile, so a job repeats this after it.
 */
export async function forgetAnswersAbout(ctx: Pick<Ctx, 'db' | 'accountId'>, id: string): Promise<void> {
  const { forgets } = idempotencyKeys
  await ctx.db
    .update(idempotencyKeys)
    .set({ forgets: sql`array_append(${forgets}, ${id}::uuid)` })
    .where(
      and(
        eq(idempotencyKeys.accountId, ctx.accountId),
        isNull(idempotencyKeys.status),
        sql`not (${forgets} @> array[${id}]::uuid[])`,
      ),
    )
  let last: { actor: string; key: string } | undefined
  for (;;) {
    const rows = await ctx.db
      .select({ actor: idempotencyKeys.actor, key: idempotencyKeys.key, answer: idempotencyKeys.answer })
      .from(idempotencyKeys)
      .where(
        and(
          eq(idempotencyKeys.accountId, ctx.accountId),
          isNotNull(idempotencyKeys.answer),
          last &&
            or(
              gt(idempotencyKeys.actor, last.actor),
              and(eq(idempotencyKeys.actor, last.actor), gt(idempotencyKeys.key, last.key)),
            ),
        ),
      )
      .orderBy(asc(idempotencyKeys.actor), asc(idempotencyKeys.key))
      .limit(BATCH)
    for (const { actor, key, answer } of rows) {
      const text = tryOpen(
        'idempotent-answer',
        answer ?? '',
        bindOf({ accountId: ctx.accountId, actor, key }),
      )
      if (!text?.includes(id)) continue
      await ctx.db
        .update(idempotencyKeys)
        .set({ answer: null })
        .where(
          and(
            eq(idempotencyKeys.accountId, ctx.accountId),
            eq(idempotencyKeys.actor, actor),
            eq(idempotencyKeys.key, key),
          ),
        )
    }
    last = rows.at(-1)
    if (rows.length < BATCH) return
  }
}
