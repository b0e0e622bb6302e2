import { sql } from 'drizzle-orm'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Finding } from './finding.ts'

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

/** Every name is found by whoever types it: none is left that differs from another one only in how its accents are encoded. */
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
