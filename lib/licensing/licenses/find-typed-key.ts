import { inArray, or, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { formerLicenseKeys } from '#db/schema/license-parts.ts'
import { licenses } from '#db/schema/licenses.ts'
import { tryOpen } from '#lib/core/crypto/seal.ts'
import { canonicalLookUps, keyLookUps } from './license-key.ts'

/** The license behind a key that no license has exactly. */
export interface TypedKey {
  licenseId: string
  /** The license's former key, which known devices may still use. */
  isFormer: boolean
  /** The key as it was issued. Tokens and files hold this form. */
  key: string
}

/**
 * The license of a key that no license has exactly as typed. First one with exactly this former key; else the only license
 * whose key or honored former key has the same canonical form. None if two match, or while the account still has keys without a
 * canonical form. One statement.
 */
export async function findTypedKey(
  db: Executor,
  accountId: string,
  typed: string,
  at: Date,
): Promise<TypedKey | undefined> {
  const exact = list(keyLookUps(typed))
  const canonical = list(canonicalLookUps(typed))
  const honored = sql`f.account_id = ${accountId} and f.valid_until > ${at.toISOString()}::timestamptz`
  const rows = await db.execute<Candidate>(sql`
    with candidates as (
      select f.license_id, f.id as bound, f.sealed_key, true as former, true as exact
      from ${formerLicenseKeys} as f where ${honored} and f.key_hash in ${exact}
      union all
      select l.id, l.id, l.sealed_key, false, false
      from ${licenses} as l where l.account_id = ${accountId} and l.key_canonical_hash in ${canonical}
      union all
      select f.license_id, f.id, f.sealed_key, true, false
      from ${formerLicenseKeys} as f where ${honored} and f.key_canonical_hash in ${canonical})
    select c.license_id as "licenseId", c.bound, c.sealed_key as "sealedKey", c.former, c.exact,
      exists (select 1 from ${licenses} as l where l.account_id = ${accountId} and l.key_canonical_hash is null)
      or exists (select 1 from ${formerLicenseKeys} as f
        where f.account_id = ${accountId} and f.key_canonical_hash is null) as partial
    from candidates as c order by c.exact desc, c.former`)
  const [best] = rows
  if (!best) return undefined
  const isOne = rows.every(({ licenseId }) => licenseId === best.licenseId)
  if (!best.exact && (!isOne || best.partial)) return undefined
  const key = best.exact ? typed : tryOpen('license-key', best.sealedKey, best.bound)
  // A key that cannot be read is skipped, because tokens could not hold it as it was issued.
  if (key === undefined) return undefined
  return { licenseId: best.licenseId, isFormer: best.former, key }
}

interface Candidate extends Record<string, unknown> {
  licenseId: string
  bound: string
  sealedKey: string
  former: boolean
  exact: boolean
  partial: boolean
}

/** Licenses with that key, for lists: exactly, or as the only one that it can be as typed. */
export function hasKey(typed: string): SQL {
  const canonical = canonicalLookUps(typed)
  const exact = inArray(licenses.keyHash, keyLookUps(typed))
  if (canonical.length === 0) return exact
  const meant = sql`(${licenses.keyCanonicalHash} in ${canonical} and not exists (
    select 1 from ${licenses} as other
    where other.account_id = ${licenses.accountId} and other.key_canonical_hash in ${canonical}
      and other.id <> ${licenses.id}))`
  return or(exact, meant) ?? exact
}

/** Licenses with any of these keys. */
export function hasAnyKey(typed: readonly string[]): SQL {
  return typed.length === 0 ? sql`false` : (or(...typed.map(hasKey)) ?? sql`false`)
}

/** SQL does not allow an empty `in`. */
function list(values: readonly string[]): SQL {
  return values.length === 0 ? sql`(null)` : sql`${values}`
}
