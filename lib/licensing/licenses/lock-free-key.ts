import { sql } from 'drizzle-orm'
import { formerLicenseKeys } from '#db/schema/license-parts.ts'
import { licenses } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import { canonicalLookUps, keyLookUps } from './license-key.ts'

/**
 * Whether a key is free, in whatever case and with whatever dashes: no license has it or had it lately, so nobody gets a key
 * that somebody else still knows. An advisory lock holds back other requests for the same key until the transaction ends,
 * because a unique index sees two spellings as different values.
 */
export async function lockFreeKey(tx: Ctx, key: string): Promise<'free' | 'taken' | 'alike'> {
  const exact = keyLookUps(key)
  const canonical = canonicalLookUps(key)
  const [name = exact[0]] = canonical
  await tx.db.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`license-key ${tx.accountId} ${name}`}, 0))`,
  )
  const known = sql.join(
    [licenses, formerLicenseKeys].map(
      (table) => sql`
        select k.key_hash in ${exact} as same from ${table} as k
        where k.account_id = ${tx.accountId} and k.key_hash in ${exact}
        ${
          canonical.length === 0
            ? sql``
            : sql`union all
              select k.key_hash in ${exact} from ${table} as k
              where k.account_id = ${tx.accountId} and k.key_canonical_hash in ${canonical}`
        }`,
    ),
    sql` union all `,
  )
  const rows = await tx.db.execute<{ same: boolean }>(known)
  if (rows.length === 0) return 'free'
  return rows.some(({ same }) => same) ? 'taken' : 'alike'
}
