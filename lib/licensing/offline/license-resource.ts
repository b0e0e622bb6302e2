import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenseTemplates } from '#db/schema/products.ts'
import { effectiveEntitlements } from '#lib/catalog/features/effective-entitlements.ts'
import { derivedId } from '#lib/core/ids.ts'
import { visibleMetadata } from '#lib/core/metadata/metadata.ts'
import { deviceLimit, isFloating } from '../activations/rules.ts'
import type { LoadedLicense } from '../licenses/license-dto.ts'
import { openKey } from '../licenses/license-key.ts'
import { isSuspended, licenseStatus } from '../licenses/status.ts'
import type { Include } from './file-input.ts'

/** One thing in a file, in the shape of JSON:API. */
export interface Resource {
  id: string
  type: string
  attributes: Record<string, unknown>
  relationships?: Record<string, { data: { type: string; id: string } | null }>
}

/** A license as its files show it: what an application needs, nothing that only operators see. */
export function licenseResource(loaded: LoadedLicense, at: Date): Resource {
  const { license, product, user } = loaded
  return {
    id: license.id,
    type: 'licenses',
    attributes: {
      name: product.displayName,
      key: openKey(license),
      expiry: license.expiresAt?.toISOString() ?? null,
      status: licenseStatus({ ...license, ownerBannedAt: user?.bannedAt ?? null }, at),
      suspended: isSuspended(license),
      effective: license.effectiveAt?.toISOString() ?? null,
      // Seconds after `expiry` during which the license is still valid.
      expiryGracePeriod: license.expiryGracePeriod,
      licenseType: license.type,
      floating: isFloating(license),
      maxMachines: deviceLimit(license),
      maintenanceExpiry: license.maintenanceExpiresAt?.toISOString() ?? null,
      maxAllowedReleaseVersion: license.maxAllowedReleaseVersion || null,
      metadata: metadataObject(visibleMetadata(license.metadata, 'activation')),
      created: license.createdAt.toISOString(),
      updated: license.updatedAt.toISOString(),
    },
    relationships: {
      account: { data: { type: 'accounts', id: license.accountId } },
      product: { data: { type: 'products', id: license.productId } },
      policy: { data: { type: 'policies', id: license.licenseTemplateId } },
      user: { data: license.userId ? { type: 'users', id: license.userId } : null },
    },
  }
}

/** The included resources. */
export async function includedResources(
  db: Executor,
  loaded: LoadedLicense,
  include: readonly Include[],
  at: Date,
): Promise<Resource[]> {
  const { license, product, user } = loaded
  const { accountId } = license
  const included: Resource[] = []
  if (include.includes('entitlements')) {
    const entitlements = await effectiveEntitlements(db, accountId, license, at)
    for (const { featureName, featureDisplayName, value, expiresAt } of entitlements) {
      included.push({
        id: derivedId('file-entitlement', license.id, featureName),
        type: 'entitlements',
        attributes: {
          code: featureName,
          name: featureDisplayName,
          value,
          expiry: expiresAt?.toISOString() ?? null,
        },
      })
    }
  }
  if (include.includes('product')) {
    included.push({
      id: license.productId,
      type: 'products',
      attributes: { code: product.name, name: product.displayName },
    })
  }
  if (include.includes('policy')) {
    const [template] = await db
      .select({ name: licenseTemplates.name })
      .from(licenseTemplates)
      .where(
        and(eq(licenseTemplates.accountId, accountId), eq(licenseTemplates.id, license.licenseTemplateId)),
      )
    const attributes = { name: template?.name ?? '', licenseType: license.type }
    included.push({ id: license.licenseTemplateId, type: 'policies', attributes })
  }
  if (include.includes('user') && user) {
    const { firstName, lastName, company, email } = user
    const fullName = `${firstName} ${lastName}`.trim()
    const attributes = { fullName, firstName, lastName, email: email ?? '', company }
    included.push({ id: user.id, type: 'users', attributes })
  }
  return included
}

/** Metadata as readers of this layout expect it: an object. */
export function metadataObject(entries: readonly { key: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]))
}
