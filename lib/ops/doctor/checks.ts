import { sql } from 'drizzle-orm'
import { readReplicaState } from '#db/replica-state.ts'
import { keyPatternBits, MIN_HIDDEN_BITS } from '#lib/catalog/templates/key-pattern.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { env } from '#lib/core/env.ts'
import { describeError } from '#lib/core/logging/describe-error.ts'
import { clientFor } from '#lib/core/redis/client.ts'

/** What one of the doctor's checks says. */
export interface Finding {
  name: string
  ok: boolean
  detail?: string
}

/** A standby that is further behind than this (seconds) does not follow any more. */
const LAG_MAX_SECONDS = 60

/** The read replica answers, is a standby of this very database, and follows it. */
export async function checkReplica(): Promise<Finding> {
  const name = 'the read replica follows (DATABASE_REPLICA_URL)'
  const { DATABASE_REPLICA_URL } = env()
  if (!DATABASE_REPLICA_URL)
    return { name, ok: true, detail: 'not set: everything is read from DATABASE_URL' }
  try {
    const state = await readReplicaState(DATABASE_REPLICA_URL)
    if (!state.sameDatabase) return { name, ok: false, detail: 'it holds another database than DATABASE_URL' }
    if (!state.standby)
      return { name, ok: false, detail: 'it is no standby: what is written to DATABASE_URL never gets there' }
    const { behindBytes, behindSeconds } = state
    const lag = behindSeconds === null ? 'nothing replayed yet' : `${behindSeconds.toFixed(1)} s`
    const detail = `${lag} behind, ${behindBytes} bytes outstanding`
    return { name, ok: behindSeconds !== null && behindSeconds <= LAG_MAX_SECONDS, detail }
  } catch (error) {
    const { message, code } = describeError(error)
    return { name, ok: false, detail: message || code || 'no answer' }
  }
}

/** Redis answers, and keeps what it is given: a counter thrown away early is a throttle that opens. */
export async function checkRedis(): Promise<Finding> {
  const name = 'Redis answers (REDIS_URL)'
  const { REDIS_URL } = env()
  if (!REDIS_URL) return { name, ok: true, detail: 'not set: throttles count in PostgreSQL and in memory' }
  const client = clientFor(REDIS_URL)
  try {
    const failed = new Promise<never>((_resolve, reject) => client.on('error', reject))
    const memory = await Promise.race([failed, client.connect().then(() => client.info('memory'))])
    const evicts = /^maxmemory:[1-9]/m.test(memory) && !/^maxmemory_policy:noeviction/m.test(memory)
    if (!evicts) return { name, ok: true }
    return {
      name,
      ok: false,
      detail: 'it may throw counters away when full: set maxmemory-policy noeviction',
    }
  } catch (error) {
    const { message, code } = describeError(error)
    return { name, ok: false, detail: message || code || 'no answer' }
  } finally {
    client.destroy()
  }
}

/** Every key is found as people type it: none is alike to another one, none is left to compute. */
export async function checkTypedKeys(ctx: Authorized<'system:work'>): Promise<Finding> {
  const name = 'every license key is found as people type it'
  const rows = await ctx.db.execute<{ id: string; reason: string }>(sql`
    select id::text as id, reason from (
      select id, case key_canonical_hash when '' then 'unreadable' else 'alike' end as reason from licenses l
      where l.account_id = ${ctx.accountId} and (l.key_canonical_hash = '' or exists (
        select 1 from licenses o where o.account_id = l.account_id and o.key_canonical_hash = l.key_canonical_hash
          and o.id <> l.id))
      union all
      select id, 'not computed yet' from licenses
      where account_id = ${ctx.accountId} and key_canonical_hash is null) as found
    order by 1 limit 1000`)
  if (rows.length === 0) return { name, ok: true }
  const reasons = [...new Set(rows.map(({ reason }) => reason))].join(', ')
  const shown = rows.slice(0, 5).map(({ id }) => id)
  return {
    name,
    ok: false,
    detail: `${rows.length} only by exactly what was issued (${reasons}), such as ${shown.join(', ')}`,
  }
}

/** Templates from before case and dashes counted for nothing may leave too little to chance. */
export async function checkKeyPatterns(ctx: Authorized<'system:work'>): Promise<Finding> {
  const name = `every key pattern leaves ${MIN_HIDDEN_BITS} random bits as people type its keys`
  const rows = await ctx.db.execute<{ id: string; pattern: string }>(sql`
    select id::text as id, key_pattern as pattern from license_templates where account_id = ${ctx.accountId}`)
  const weak = rows.filter(({ pattern }) => keyPatternBits(pattern) < MIN_HIDDEN_BITS).map(({ id }) => id)
  if (weak.length === 0) return { name, ok: true }
  return {
    name,
    ok: false,
    detail: `${weak.length} do not, such as ${weak.slice(0, 5).join(', ')}: change the template's pattern`,
  }
}

/** Tables whose names are unique: only there may one have been left as it was written. */
const NAMED = [
  'products',
  'product_versions',
  'feature_flags',
  'features',
  'entitlement_sets',
  'license_templates',
  'maintenance_policies',
  'trial_policies',
  'tags',
  'roles',
  'organizations',
  'organization_user_groups',
  'resellers',
  'user_groups',
  'release_channels',
  'release_platforms',
  'webhooks',
  'automated_emails',
] as const

/** Checks that every name can be found: no two names may differ only in the encoding of their accents. */
export async function checkComposedNames(ctx: Authorized<'system:work'>): Promise<Finding> {
  const name = 'every name is found however its accents are typed'
  const [database] = await ctx.db.execute<{ encoding: string }>(
    sql`select current_setting('server_encoding') as encoding`,
  )
  if (database?.encoding !== 'UTF8')
    return { name, ok: false, detail: 'the database is not encoded in UTF-8' }
  const parts = NAMED.map(
    (table) => sql`select ${table}::text as place, id::text as id from ${sql.identifier(table)}
      where account_id = ${ctx.accountId} and name is not nfc normalized`,
  )
  const rows = await ctx.db.execute<{ place: string; id: string }>(sql.join(parts, sql` union all `))
  if (rows.length === 0) return { name, ok: true }
  const shown = rows.slice(0, 5).map(({ place, id }) => `${place} ${id}`)
  return {
    name,
    ok: false,
    detail: `${rows.length} look like another one and cannot be searched for, such as ${shown.join(', ')}: rename them`,
  }
}
