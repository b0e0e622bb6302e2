import { and, eq } from 'drizzle-orm'
import { activations } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { activationNotFound, isFloating } from '../activations/rules.ts'
import { openKey } from '../licenses/license-key.ts'
import { loadLicense } from '../licenses/load-licenses.ts'
import type { OfflineFileDto } from './file-dto.ts'
import type { FileInput } from './file-input.ts'
import { issueFile } from './issue-file.ts'
import { includedResources, licenseResource, metadataObject, type Resource } from './license-resource.ts'

/**
 * The file of one device, in the open transaction. The caller checks who may have it.
 * @throws ACTIVATION_NOT_FOUND, INVALID_LICENSE_TYPE for a pool's device, whose seat is only lent
 */
export async function machineFile(ctx: Ctx, id: string, input: FileInput): Promise<OfflineFileDto> {
  const [device] = await ctx.db
    .select()
    .from(activations)
    .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, id)))
  if (!device) throw activationNotFound()
  const at = ctx.clock.now()
  const loaded = await loadLicense(ctx.db, ctx.accountId, device.licenseId, at)
  if (isFloating(loaded.license)) {
    throw new AppError(
      'INVALID_LICENSE_TYPE',
      'A device of a floating license holds its seat for the length of a lease only: there is no file for it.',
    )
  }
  const license = licenseResource(loaded, at)
  const subject = {
    kind: 'machine' as const,
    loaded,
    data: machineResource(device),
    included: [license, ...(await includedResources(ctx.db, loaded, input.include, at))],
    secret: openKey(loaded.license) + device.fingerprint,
  }
  return issueFile(ctx, subject, input)
}

function machineResource(device: typeof activations.$inferSelect): Resource {
  return {
    id: device.id,
    type: 'machines',
    attributes: {
      fingerprint: device.fingerprint,
      name: device.name || device.hostname,
      hostname: device.hostname,
      platform: device.os,
      osVersion: device.osVersion,
      appVersion: device.appVersion,
      metadata: metadataObject(device.metadata),
      created: device.createdAt.toISOString(),
      updated: device.updatedAt.toISOString(),
    },
    relationships: {
      account: { data: { type: 'accounts', id: device.accountId } },
      product: { data: { type: 'products', id: device.productId } },
      license: { data: { type: 'licenses', id: device.licenseId } },
    },
  }
}
