import { and, eq, isNull, sql } from 'drizzle-orm'
import { formerLicenseKeys } from '#db/schema/license-parts.ts'
import { licenses } from '#db/schema/licenses.ts'
import { licenseTemplates } from '#db/schema/products.ts'
import { keyPatternBits } from '#lib/catalog/templates/key-pattern.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { tryOpen } from '#lib/core/crypto/seal.ts'
import { canonicalLookUp, keyForms } from './license-key.ts'

/** Rows per transaction: locks stay short, and an interrupted run continues where it stopped. */
const BATCH = 500
/** Batches of one run; the next one, a minute later, goes on. */
const BATCHES = 40

/**
 * Adds the canonical form to keys that were stored without one. A key that cannot be opened gets an empty form, which matches
 * nothing, so that it does not block the others. Returns how many rows it filled.
 */
export async function fillKeyForms(ctx: Authorized<'system:work'>): Promise<number> {
  let filled = 0
  for (const batch of [fillLicenses, fillFormerKeys]) {
    for (let run = 0; run < BATCHES; run += 1) {
      const count = await batch(ctx)
      filled += count
      if (count < BATCH) break
    }
  }
  return filled
}

async function fillLicenses(ctx: Authorized<'system:work'>): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const rows = await tx
      .select({
        id: licenses.id,
        sealedKey: licenses.sealedKey,
        keyPrefix: licenses.keyPrefix,
        keyPattern: licenseTemplates.keyPattern,
      })
      .from(licenses)
      .innerJoin(
        licenseTemplates,
        and(
          eq(licenseTemplates.accountId, licenses.accountId),
          eq(licenseTemplates.id, licenses.licenseTemplateId),
        ),
      )
      .where(and(eq(licenses.accountId, ctx.accountId), isNull(licenses.keyCanonicalHash)))
      .limit(BATCH)
      .for('update', { of: licenses, skipLocked: true })
    if (rows.length === 0) return 0
    const forms = rows.map((row) => {
      const key = tryOpen('license-key', row.sealedKey, row.id)
      const found =
        key === undefined
          ? { keyCanonicalHash: '', keyPrefix: row.keyPrefix, keyTail: null }
          : keyForms(key, keyPatternBits(row.keyPattern))
      return { id: row.id, hash: found.keyCanonicalHash, prefix: found.keyPrefix, tail: found.keyTail }
    })
    await tx.execute(sql`
      update ${licenses} as l set key_canonical_hash = f.hash, key_prefix = f.prefix, key_tail = f.tail
      from jsonb_to_recordset(${JSON.stringify(forms)}::jsonb) as f(id uuid, hash text, prefix text, tail text)
      where l.account_id = ${ctx.accountId} and l.id = f.id`)
    return rows.length
  })
}

async function fillFormerKeys(ctx: Authorized<'system:work'>): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const rows = await tx
      .select({ id: formerLicenseKeys.id, sealedKey: formerLicenseKeys.sealedKey })
      .from(formerLicenseKeys)
      .where(and(eq(formerLicenseKeys.accountId, ctx.accountId), isNull(formerLicenseKeys.keyCanonicalHash)))
      .limit(BATCH)
      .for('update', { skipLocked: true })
    if (rows.length === 0) return 0
    const forms = rows.map(({ id, sealedKey }) => {
      const key = tryOpen('license-key', sealedKey, id)
      return { id, hash: key === undefined ? '' : canonicalLookUp(key) }
    })
    await tx.execute(sql`
      update ${formerLicenseKeys} as k set key_canonical_hash = f.hash
      from jsonb_to_recordset(${JSON.stringify(forms)}::jsonb) as f(id uuid, hash text)
      where k.account_id = ${ctx.accountId} and k.id = f.id`)
    return rows.length
  })
}
