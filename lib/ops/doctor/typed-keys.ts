import { sql } from 'drizzle-orm'
import { keyPatternBits, MIN_HIDDEN_BITS } from '#lib/catalog/templates/key-pattern.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Finding } from './finding.ts'

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
