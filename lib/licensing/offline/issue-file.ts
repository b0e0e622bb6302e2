import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { accountSigningKey } from '#lib/vendor/signing/account-key.ts'
import { keepPublished } from '#lib/vendor/signing/keep-published.ts'
import type { LoadedLicense } from '../licenses/license-dto.ts'
import { isRevoked } from '../licenses/status.ts'
import type { OfflineFileDto } from './file-dto.ts'
import type { FileInput } from './file-input.ts'
import type { Resource } from './license-resource.ts'
import { type FileKind, sealedFile } from './sealed-file.ts'

interface FileSubject {
  kind: FileKind
  loaded: LoadedLicense
  data: Resource
  included: Resource[]
  /** Secrets that a reader needs. */
  secret: string
}

/**
 * Signs a file in the open transaction: its key stays published until the file expires, and the trail says who made it.
 * @throws REVOKED_LICENSE; every other state is written into the file
 */
export async function issueFile(
  ctx: Ctx,
  { kind, loaded, data, included, secret }: FileSubject,
  input: FileInput,
): Promise<OfflineFileDto> {
  const { license } = loaded
  if (isRevoked(license)) throw new AppError('REVOKED_LICENSE', 'This license has been revoked.')
  const issuedAt = ctx.clock.now()
  const expiresAt = new Date(issuedAt.getTime() + input.ttl * 1000)
  const [issued, expiry] = [issuedAt.toISOString(), expiresAt.toISOString()]
  const key = await accountSigningKey(ctx.db, ctx.accountId)
  await keepPublished(ctx.db, { accountId: ctx.accountId, kid: key.kid }, expiresAt)

  const meta = { issued, expiry, ttl: input.ttl, kid: key.kid, aud: license.productId }
  const sealing = { secret: input.encrypt ? secret : null, key }
  const { text, algorithm } = sealedFile(kind, { data, included, meta }, sealing)
  recordEvent(ctx, {
    event: kind === 'license' ? 'license.file-issued' : 'activation.file-issued',
    resource: kind === 'license' ? 'license' : 'activation',
    resourceId: data.id,
    userId: license.userId,
    changes: { licenseId: license.id, productId: license.productId, algorithm, kid: key.kid, expiry },
  })
  return {
    type: `${kind}-file`,
    certificate: text,
    algorithm,
    kid: key.kid,
    issued,
    expiry,
    ttl: input.ttl,
    includes: input.include,
  }
}
