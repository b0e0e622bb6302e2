import { type SQL, sql } from 'drizzle-orm'
import type { Authorized } from '../auth/authorize.ts'

const DAY_MS = 86_400_000

/** How long what is over is kept, days (design §6). */
const KEEP_DAYS = { tokens: 30, tickets: 1, mails: 30, stripeEvents: 90, reconciliations: 90 } as const

/**
 * Deletes what has served: ended sessions, tickets and setup links, answers of writes, sent mails, handled payment events.
 * Repeating it deletes nothing more. Answers how many rows went, by table.
 */
export async function purgeExpired(ctx: Authorized<'system:work'>): Promise<Record<string, number>> {
  const now = ctx.clock.now()
  const ago = (days: number): SQL =>
    sql`${new Date(now.getTime() - days * DAY_MS).toISOString()}::timestamptz`
  const doomed: [table: string, where: SQL][] = [
    ['access_tokens', sql`least(expires_at, coalesce(revoked_at, expires_at)) < ${ago(KEEP_DAYS.tokens)}`],
    [
      'operator_sessions',
      sql`least(expires_at, coalesce(revoked_at, expires_at)) < ${ago(KEEP_DAYS.tokens)}`,
    ],
    ['sign_in_tickets', sql`expires_at < ${ago(KEEP_DAYS.tickets)}`],
    ['setup_links', sql`expires_at < ${ago(KEEP_DAYS.tickets)}`],
    ['sign_in_failures', sql`updated_at < ${ago(KEEP_DAYS.tokens)}`],
    ['idempotency_keys', sql`expires_at < ${ago(0)}`],
    ['mails', sql`state <> 'due' and created_at < ${ago(KEEP_DAYS.mails)}`],
    ['stripe_events', sql`status in ('done', 'ignored') and received_at < ${ago(KEEP_DAYS.stripeEvents)}`],
    [
      'reconciliations',
      sql`state in ('done', 'owner-erased') and updated_at < ${ago(KEEP_DAYS.reconciliations)}`,
    ],
  ]
  const gone: Record<string, number> = {}
  for (const [table, where] of doomed) {
    const rows = await ctx.db.execute(
      sql`delete from ${sql.identifier(table)} where account_id = ${ctx.accountId} and ${where} returning 1`,
    )
    gone[table] = rows.length
  }
  return gone
}

/** Forgets throttle counters whose window is over. They run on real time, so the caller says what that is. */
export async function purgeThrottles(ctx: Authorized<'system:work'>, realNow: Date): Promise<void> {
  await ctx.db.execute(sql`delete from throttles where expire < ${realNow.toISOString()}::timestamptz`)
}
