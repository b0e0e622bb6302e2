import { sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { keptPortalToken } from '#lib/access/tokens/ensure-portal-token.ts'
import { findPersonalAccessToken } from '#lib/access/tokens/find-personal-access-token.ts'
import { checkChain, type ToldLink } from '#lib/audit/check-chain.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { env } from '#lib/core/env.ts'
import { findUnreadable } from '../key-rotation/find-unreadable.ts'
import {
  checkComposedNames,
  checkKeyPatterns,
  checkRedis,
  checkReplica,
  checkTypedKeys,
  type Finding,
} from './checks.ts'

type Check = (ctx: Authorized<'system:work'>) => Promise<Finding>

/** A link of the account's audit trail that was told outside earlier, to be compared. */
interface Since {
  since?: ToldLink | undefined
}

/** Every check of configuration and data; none of them changes anything. */
export async function examine(ctx: Authorized<'system:work'>, told: Since = {}): Promise<Finding[]> {
  return [
    ...(await runChecks(ctx, [checkRedis, checkReplica, licensingToken])),
    ...(await examineAccount(ctx, told)),
  ]
}

/** The checks of one account's data. */
export async function examineAccount(
  ctx: Authorized<'system:work'>,
  { since }: Since = {},
): Promise<Finding[]> {
  const auditChain: Check = ({ db, accountId }) => chainFinding(db, accountId, since)
  return runChecks(ctx, [
    sealedValues,
    auditChain,
    deviceLimits,
    paidWithoutLicense,
    stuckPayments,
    failedMails,
    checkTypedKeys,
    checkKeyPatterns,
    checkComposedNames,
  ])
}

async function runChecks(ctx: Authorized<'system:work'>, checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const check of checks) findings.push(await check(ctx))
  return findings
}

/** The secrets at hand open what the database holds; every row whose value they do not open is named. */
const sealedValues: Check = async (ctx) => {
  const name = 'SECRET_KEY opens every sealed value'
  const unreadable = await findUnreadable(ctx.db, ctx.accountId)
  if (unreadable.length === 0) return { name, ok: true }
  const rows = unreadable.map(({ table, column, row }) => `${table} ${row} (${column})`)
  return { name, ok: false, detail: `not these: ${rows.join(', ')}` }
}

const licensingToken: Check = async (ctx) => {
  const name = 'the payment path has its access token'
  const { BILLING_MODE, LICENSING_ACCESS_TOKEN, DATA_DIR, embedded } = env()
  if (BILLING_MODE === 'off') return { name, ok: true, detail: 'payments are off' }
  const isOurs = embedded && !LICENSING_ACCESS_TOKEN
  const text = isOurs ? await keptPortalToken(DATA_DIR) : (LICENSING_ACCESS_TOKEN ?? '')
  const token = await findPersonalAccessToken(text, ctx.clock)
  // One that was revoked or is not there yet is no fault of the installation: every start makes what is missing.
  if (isOurs && !token) return { name, ok: true, detail: 'made at the next start' }
  const missing = ['license:read', 'license:write'].filter(
    (scope) => !token?.scopes.some((held) => held === scope),
  )
  return {
    name,
    ok: missing.length === 0,
    ...(missing.length > 0 && { detail: `it lacks ${missing.join(', ')}` }),
  }
}

async function chainFinding(db: Executor, accountId: string, since: ToldLink | undefined): Promise<Finding> {
  const name = 'the audit trail is as it was written'
  const state = await checkChain(db, accountId, since)
  if (!state.intact) return { name, ok: false, detail: `event ${state.seq}: ${state.reason}` }
  return { name, ok: true, detail: `${state.length} events, head ${state.head}` }
}

/** No license has more devices than it allows. */
const deviceLimits: Check = async (ctx) => {
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select l.id from licenses l
    join activations a on a.account_id = l.account_id and a.license_id = l.id
    where l.account_id = ${ctx.accountId} and l.type = 'node-locked' and l.allowed_activations > 0
    group by l.account_id, l.id, l.allowed_activations
    having count(*) > l.allowed_activations`)
  return counted('no license has more devices than it allows', rows)
}

const paidWithoutLicense: Check = async (ctx) => {
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select o.id from orders o
    where o.account_id = ${ctx.accountId} and o.paid_at is not null and o.attention is null
      and o.user_id is not null
      and not exists (
        select 1 from order_licenses ol where ol.account_id = o.account_id and ol.order_id = o.id)
      and not exists (
        select 1 from reconciliations r where r.account_id = o.account_id and r.state = 'due'
          and r.subject in (o.subscription_id, o.checkout_session_id))`)
  return counted('no order is paid without a license', rows)
}

const stuckPayments: Check = async (ctx) => {
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select subject as id from reconciliations where account_id = ${ctx.accountId} and state = 'dead'`)
  return counted('no payment was given up on', rows)
}

const failedMails: Check = async (ctx) => {
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select id from mails where account_id = ${ctx.accountId} and state = 'failed'`)
  return counted('no mail was given up on', rows)
}

function counted(name: string, rows: readonly { id: string }[]): Finding {
  const shown = rows.slice(0, 5).map((row) => row.id)
  return {
    name,
    ok: rows.length === 0,
    ...(rows.length > 0 && { detail: `${rows.length}, such as ${shown.join(', ')}` }),
  }
}
