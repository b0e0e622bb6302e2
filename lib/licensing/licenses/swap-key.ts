import { and, eq } from 'drizzle-orm'
import { formerLicenseKeys } from '#db/schema/license-parts.ts'
import { licenses } from '#db/schema/licenses.ts'
import { licenseTemplates } from '#db/schema/products.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import { storedKeyPattern } from '#lib/catalog/templates/key-pattern.ts'
import type { Ctx } from '#lib/core/context.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { canonicalLookUp, keyLookUp, readKey, storedKey } from './license-key.ts'
import { lockFreeKey } from './lock-free-key.ts'

/** How long a replaced key goes on working on devices that know it, days. */
export const FORMER_KEY_DAYS = 14

/** Attempts to generate a free key. With 64 random bits or more the first one nearly always succeeds. */
const KEY_ATTEMPTS = 3

/**
 * Gives a license a fresh key of its template's pattern, inside an open transaction that holds the row's lock. The old one
 * joins the former keys; those that were replaced before stay there until their own time. Returns when its time ends.
 * @throws CONFLICT when no free key is found
 */
export async function swapKey(tx: Ctx, row: typeof licenses.$inferSelect): Promise<Date> {
  const now = tx.clock.now()
  const validUntil = new Date(now.getTime() + FORMER_KEY_DAYS * 86_400_000)
  const { key, bits } = await freshKey(tx, row.licenseTemplateId)
  const oldKey = readKey(row)
  // A key that cannot be read cannot be kept as a former key. Its devices must be activated anew.
  if (oldKey !== undefined) await keepFormerKey(tx, row.id, oldKey, validUntil)
  await tx.db
    .update(licenses)
    .set({ ...storedKey(key, row.id, bits), updatedAt: now })
    .where(and(eq(licenses.accountId, tx.accountId), eq(licenses.id, row.id)))
  recordEvent(tx, {
    event: 'license.key-replaced',
    resource: 'license',
    resourceId: row.id,
    userId: row.userId,
    changes: { formerKeyValidUntil: validUntil.toISOString() },
  })
  return validUntil
}

async function keepFormerKey(tx: Ctx, licenseId: string, key: string, validUntil: Date): Promise<void> {
  const id = newId()
  const values = {
    id,
    licenseId,
    sealedKey: seal('license-key', key, id),
    keyCanonicalHash: canonicalLookUp(key),
    validUntil,
    createdAt: tx.clock.now(),
  }
  await tx.db
    .insert(formerLicenseKeys)
    .values({ ...values, accountId: tx.accountId, keyHash: keyLookUp(key) })
    .onConflictDoUpdate({ target: [formerLicenseKeys.accountId, formerLicenseKeys.keyHash], set: values })
}

async function freshKey(tx: Ctx, templateId: string): Promise<{ key: string; bits: number }> {
  const [template] = await tx.db
    .select({ keyPattern: licenseTemplates.keyPattern })
    .from(licenseTemplates)
    .where(and(eq(licenseTemplates.accountId, tx.accountId), eq(licenseTemplates.id, templateId)))
  if (!template) throw new Error('a license has no template')
  const { generate, bits } = storedKeyPattern(template.keyPattern)
  for (let attempt = 0; attempt < KEY_ATTEMPTS; attempt += 1) {
    const key = generate()
    if ((await lockFreeKey(tx, key)) === 'free') return { key, bits }
  }
  throw new AppError('CONFLICT', 'No free license key was found: the key pattern makes too few.')
}
