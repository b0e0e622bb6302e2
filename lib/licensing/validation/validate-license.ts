import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { visibleMetadata } from '#lib/core/metadata/metadata.ts'
import { lastValidMoment } from '../activations/activation-token.ts'
import { entitlementsOf } from '../activations/license-facts.ts'
import { runningReleaseRefusal } from '../activations/release-rules.ts'
import { deviceLimit } from '../activations/rules.ts'
import { findTypedKey } from '../licenses/find-typed-key.ts'
import { keyLookUps } from '../licenses/license-key.ts'
import { licenseStatus } from '../licenses/status.ts'
import { checksOfNothing, runChecks } from './checks.ts'
import { fixUrl } from './fix-link.ts'
import type { Failure, ValidationDto, ValidationInput } from './validation-dto.ts'
import { findValidationFacts, type ValidationFacts } from './validation-facts.ts'

/**
 * Judges a license for an application, with reasons. It reads everything anew, in one statement for every key that exists, so
 * that each change shows in the next answer.
 */
export async function validateLicense(
  ctx: Authorized<'public'>,
  input: ValidationInput,
): Promise<ValidationDto> {
  const at = ctx.clock.now()
  const frame = { ...(input.nonce && { nonce: input.nonce }), issuedAt: at.toISOString() }
  const found = await findFacts(ctx, input, at)
  if (typeof found === 'string') {
    const usage = { activations: { used: 0, allowed: 0 } }
    return {
      valid: false,
      code: 'NOT_FOUND',
      message: found,
      checks: checksOfNothing(found),
      usage,
      ...frame,
    }
  }
  const refusal = await runningReleaseRefusal(
    ctx,
    found.license,
    { ...input, releasePublishedAt: undefined },
    at,
  )
  const checks = runChecks({ facts: found, input, releaseRefusal: refusal, at })
  const failed = checks.find((check) => !check.passed)
  return {
    valid: !failed,
    code: failed?.name ?? 'VALID',
    message: failed?.detail ?? 'The license is valid.',
    license: licensePart(found, at),
    checks,
    usage: { activations: { used: found.places.inUse, allowed: deviceLimit(found.license) ?? -1 } },
    ...fixFor(found, failed?.name, at),
    ...frame,
  }
}

/** The license of the key, or a sentence why there is none. */
async function findFacts(ctx: Ctx, input: ValidationInput, at: Date): Promise<ValidationFacts | string> {
  const of = { accountId: ctx.accountId, fingerprint: input.fingerprint, at }
  for (const keyHash of keyLookUps(input.key)) {
    const found = await findValidationFacts(ctx.db, { ...of, keyHash })
    if (found) return found
  }
  const typed = await findTypedKey(ctx.db, ctx.accountId, input.key, at)
  if (!typed) return 'There is no such license key.'
  const [license] = await ctx.db
    .select({ keyHash: licenses.keyHash })
    .from(licenses)
    .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.id, typed.licenseId)))
  const found = license && (await findValidationFacts(ctx.db, { ...of, keyHash: license.keyHash }))
  if (found && (!typed.isFormer || found.places.own.length > 0)) return found
  return 'This license key was replaced by a new one.'
}

function licensePart(facts: ValidationFacts, at: Date): ValidationDto['license'] {
  const { license, ownerBannedAt } = facts
  return {
    id: license.id,
    productId: license.productId,
    status: licenseStatus({ ...license, ownerBannedAt }, at),
    type: license.type,
    expiresAt: license.expiresAt?.toISOString() ?? null,
    validUntil: lastValidMoment(license)?.toISOString() ?? null,
    maintenanceExpiresAt: license.maintenanceExpiresAt?.toISOString() ?? null,
    maxAllowedReleaseVersion: license.maxAllowedReleaseVersion,
    entitlements: (entitlementsOf(facts, at) ?? []).map((entitlement) => ({
      ...entitlement,
      expiresAt: entitlement.expiresAt?.toISOString() ?? null,
    })),
    metadata: visibleMetadata(license.metadata, 'activation'),
  }
}

/** The repair link. A license in its grace period is valid but needs renewing. */
function fixFor({ license, places }: ValidationFacts, failure: Failure | undefined, at: Date) {
  const limit = deviceLimit(license)
  const isFull = limit !== null && places.inUse >= limit
  switch (failure) {
    case 'EXPIRED':
      return fixUrl(license, 'renew', at)
    case 'SUSPENDED':
      return license.suspendedManualAt ? {} : fixUrl(license, 'billing', at)
    case 'TOO_MANY_ACTIVATIONS':
      return fixUrl(license, 'devices', at)
    case 'NO_ACTIVATION':
    case 'FINGERPRINT_MISMATCH':
    case 'LEASE_EXPIRED':
      return isFull ? fixUrl(license, 'devices', at) : {}
    case undefined:
      return license.expiresAt && license.expiresAt <= at ? fixUrl(license, 'renew', at) : {}
    default:
      return {}
  }
}
