import { and, eq, sql } from 'drizzle-orm'
import { activationMeterAttributes } from '#db/schema/license-parts.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { holdsSeat } from '../activations/holds-seat.ts'
import { type License, lockLicense, provenKey } from '../activations/license-facts.ts'
import { logActivation } from '../activations/log-activation.ts'
import { activationNotFound } from '../activations/rules.ts'
import { answerColumns } from '../activations/select-activations.ts'
import { isOwnFingerprint } from '../activations/structured-fingerprint.ts'
import { isRevoked } from '../licenses/status.ts'
import { countOn } from './apply-changes.ts'
import { type LicenseMeter, licenseMetersColumn } from './meter-columns.ts'
import type { IncrementDto, IncrementInput } from './meter-input.ts'

/**
 * Counts uses of one of a license's counters on a device. `meter` is the counter's id, its name, or the id of the device's own
 * count. A decrement never takes more than the device has used.
 * @throws ACTIVATION_NOT_FOUND also where key or fingerprint are shown and do not fit, NOT_FOUND for a counter that the
 *   license has not, REVOKED_LICENSE, METER_ATTRIBUTE_USES_LIMIT_REACHED; nothing is counted then
 */
export async function incrementMeter(
  ctx: Authorized<'public'>,
  { meter: wanted, ...input }: IncrementInput & { meter: string },
): Promise<IncrementDto> {
  return inTransaction(ctx, async (tx) => {
    const license = await lockLicenseOf(tx, input.activationId)
    const at = tx.clock.now()
    const [activation] = await tx.db
      .select(answerColumns)
      .from(activations)
      .where(
        and(eq(activations.accountId, tx.accountId), eq(activations.id, input.activationId), holdsSeat(at)),
      )
    if (!license || !activation || !(await fits(tx, license, activation, input))) throw activationNotFound()
    if (isRevoked(license)) throw new AppError('REVOKED_LICENSE', 'This license has been revoked.')
    const meter = await findMeter(tx, license, input.activationId, wanted)
    if (!meter) throw notFound('counter of this license')

    const uses = activation.meters.find(({ name }) => name === meter.name)?.uses ?? 0
    const change = {
      meter,
      licenseId: license.id,
      activationId: activation.id,
      uses,
      increment: input.increment,
    }
    const counted = await countOn(tx, change, at)
    if (input.increment !== 0) await logActivation(tx, 'increment', { license, activation })
    return {
      name: meter.name,
      uses: counted.uses,
      licenseAllowedUses: meter.allowedUses,
      licenseTotalUses: counted.totalUses,
      licenseGrossUses: counted.grossUses,
    }
  })
}

async function lockLicenseOf(ctx: Ctx, activationId: string): Promise<License | undefined> {
  const [row] = await ctx.db
    .select({ licenseId: activations.licenseId })
    .from(activations)
    .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, activationId)))
  return row && (await lockLicense(ctx.db, ctx.accountId, row.licenseId))?.license
}

/** The id alone is enough (docs/decisions/0003). Other values must match if they are sent. */
async function fits(
  ctx: Ctx,
  license: License,
  activation: { fingerprint: string },
  { key, fingerprint }: Pick<IncrementInput, 'key' | 'fingerprint'>,
): Promise<boolean> {
  const strategy = license.fingerprintMatchingStrategy
  if (fingerprint && !isOwnFingerprint(activation.fingerprint, fingerprint, strategy)) return false
  return !key || (await provenKey(ctx, license, key)) !== undefined
}

async function findMeter(
  ctx: Ctx,
  license: License,
  activationId: string,
  wanted: string,
): Promise<LicenseMeter | undefined> {
  const meters = await findLicenseMeters(ctx, license.id)
  const direct = meters.find(({ id, name }) => id === wanted.toLowerCase() || name === wanted)
  if (direct || !isId(wanted)) return direct
  const [own] = await ctx.db
    .select({ name: activationMeterAttributes.name })
    .from(activationMeterAttributes)
    .where(
      and(
        eq(activationMeterAttributes.accountId, ctx.accountId),
        eq(activationMeterAttributes.activationId, activationId),
        sql`${activationMeterAttributes.id} = ${wanted}::uuid`,
      ),
    )
  return own && meters.find(({ name }) => name === own.name)
}

/** A license's counters, by name. */
export async function findLicenseMeters(ctx: Ctx, licenseId: string): Promise<LicenseMeter[]> {
  const [row] = await ctx.db
    .select({ meters: licenseMetersColumn })
    .from(licenses)
    .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.id, licenseId)))
  return row?.meters ?? []
}
