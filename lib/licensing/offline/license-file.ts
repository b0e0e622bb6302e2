import type { Ctx } from '#lib/core/context.ts'
import { openKey } from '../licenses/license-key.ts'
import { loadLicense } from '../licenses/load-licenses.ts'
import type { OfflineFileDto } from './file-dto.ts'
import type { FileInput } from './file-input.ts'
import { issueFile } from './issue-file.ts'
import { includedResources, licenseResource } from './license-resource.ts'

/** The file of a license, in the open transaction. The caller checks who may have it. */
export async function licenseFile(ctx: Ctx, id: string, input: FileInput): Promise<OfflineFileDto> {
  const at = ctx.clock.now()
  const loaded = await loadLicense(ctx.db, ctx.accountId, id, at)
  const subject = {
    kind: 'license' as const,
    loaded,
    data: licenseResource(loaded, at),
    included: await includedResources(ctx.db, loaded, input.include, at),
    secret: openKey(loaded.license),
  }
  return issueFile(ctx, subject, input)
}
