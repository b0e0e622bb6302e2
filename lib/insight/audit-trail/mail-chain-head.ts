import { and, eq, isNull, lt, ne, or } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import { eventLogHeads, eventLogs } from '#db/schema/audit.ts'
import { operators, roles } from '#db/schema/operators.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'

/**
 * Mails the newest link of the account's audit trail to its owners, once in a calendar month (UTC), and not where it is the one of
 * the mail before. The head's row says what was mailed, so that several workers and restarts send one mail; while there
 * is no owner it stays due.
 */
export async function mailChainHead(ctx: Authorized<'system:work'>): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const owners = await findOwners(tx)
    if (owners.length === 0) return
    const now = tx.clock.now()
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()))
    // Another worker at the same row waits here, and then finds it done.
    const [head] = await tx.db
      .update(eventLogHeads)
      .set({ mailedSeq: eventLogHeads.seq, mailedAt: now })
      .from(accounts)
      .innerJoin(eventLogs, eq(eventLogs.accountId, accounts.id))
      .where(
        and(
          eq(eventLogHeads.accountId, tx.accountId),
          eq(accounts.id, eventLogHeads.accountId),
          eq(eventLogs.seq, eventLogHeads.seq),
          // A lower number counts as well: a chain that was cut is reported, too.
          ne(eventLogHeads.seq, eventLogHeads.mailedSeq),
          or(isNull(eventLogHeads.mailedAt), lt(eventLogHeads.mailedAt, month)),
        ),
      )
      .returning({
        alias: accounts.alias,
        seq: eventLogHeads.seq,
        hash: eventLogHeads.hash,
        at: eventLogs.createdAt,
      })
    if (!head) return
    const props = { link: `${head.alias}:${head.seq}:${head.hash}`, at: head.at.toISOString() }
    for (const { email } of owners) await queueMail(tx, { template: 'audit-head', to: email, props })
  })
}

function findOwners(ctx: Ctx) {
  return ctx.db
    .select({ email: operators.email })
    .from(operators)
    .innerJoin(roles, and(eq(roles.accountId, operators.accountId), eq(roles.id, operators.roleId)))
    .where(
      and(
        eq(operators.accountId, ctx.accountId),
        isNull(operators.disabledAt),
        eq(roles.reserved, true),
        eq(roles.name, 'super-admin'),
      ),
    )
}
