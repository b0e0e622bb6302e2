import { count, eq } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { activationLogs, formerLicenseKeys, licenseMeterAttributes } from '#db/schema/license-parts.ts'
import { activations } from '#db/schema/licenses.ts'
import { newId } from '#lib/core/ids.ts'
import { storedKey } from '#lib/licensing/licenses/license-key.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeSignedProduct } from '#tests/factories/licensed.ts'

type Columns = Parameters<typeof makeLicenseOf>[2]

/** An account with a product. */
export async function makeRuntimeWorld() {
  const { id: accountId } = await makeAccount()
  const product = await makeSignedProduct(accountId)
  return {
    accountId,
    product,
    /** A license of the product; `of` is what its devices send. */
    async make(columns: Columns = {}) {
      const { id, key } = await makeLicenseOf(accountId, product, columns)
      return { licenseId: id, of: { productId: product.id, key } }
    },
  }
}

/** A counter of a license. */
export async function makeMeter(
  accountId: string,
  licenseId: string,
  columns: Partial<typeof licenseMeterAttributes.$inferInsert> = {},
) {
  const at = new Date()
  const id = newId()
  await db()
    .insert(licenseMeterAttributes)
    .values({
      accountId,
      id,
      licenseId,
      name: 'exports',
      allowedUses: 10,
      viewPermissions: ['activation'],
      createdAt: at,
      updatedAt: at,
      ...columns,
    })
  return id
}

/** A counter as it stands. */
export async function meterOf(id: string) {
  const [row] = await db()
    .select({ total: licenseMeterAttributes.totalUses, gross: licenseMeterAttributes.grossUses })
    .from(licenseMeterAttributes)
    .where(eq(licenseMeterAttributes.id, id))
  return row
}

/** A key that the license had before. */
export async function makeFormerKey(accountId: string, licenseId: string, key: string, validUntil: Date) {
  const id = newId()
  const { sealedKey, keyHash, keyCanonicalHash } = storedKey(key, id)
  await db().insert(formerLicenseKeys).values({
    accountId,
    id,
    licenseId,
    sealedKey,
    keyHash,
    keyCanonicalHash,
    validUntil,
    createdAt: new Date(),
  })
}

export async function devicesOf(licenseId: string): Promise<string[]> {
  const rows = await db()
    .select({ id: activations.id })
    .from(activations)
    .where(eq(activations.licenseId, licenseId))
    .orderBy(activations.createdAt, activations.id)
  return rows.map(({ id }) => id)
}

/** The activation log of a license, oldest first. */
export async function logOf(licenseId: string): Promise<{ action: string; activationId: string }[]> {
  return db()
    .select({ action: activationLogs.action, activationId: activationLogs.activationId })
    .from(activationLogs)
    .where(eq(activationLogs.licenseId, licenseId))
    .orderBy(activationLogs.createdAt, activationLogs.id)
}

/** How many facts the audit trail and the activation log of the account hold: unchanged where nothing was written. */
export async function written(accountId: string): Promise<{ events: number; lines: number }> {
  const [events] = await db()
    .select({ rows: count() })
    .from(eventLogs)
    .where(eq(eventLogs.accountId, accountId))
  const [lines] = await db()
    .select({ rows: count() })
    .from(activationLogs)
    .where(eq(activationLogs.accountId, accountId))
  return { events: events?.rows ?? 0, lines: lines?.rows ?? 0 }
}
