import { and, eq, ne, sql } from 'drizzle-orm'
import { fingerprintHashOf } from '#db/schema/columns.ts'
import { activations } from '#db/schema/licenses.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import { wasRecorded } from '#lib/audit/was-recorded.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { Activation } from './activation-token.ts'
import type { DeviceChanges } from './device-columns.ts'
import type { License } from './license-facts.ts'
import { contradicts, fingerprintHash, parseStructured } from './structured-fingerprint.ts'

const EVENT = 'activation.shared'
/** Two computers that take turns are reported once a day. */
const ONCE_PER_MS = 86_400_000

/**
 * Updates of a device with a changed fingerprint. If two computers take turns on one place, the fingerprint before the last one
 * comes back and contradicts the last one in a part that both name. That is recorded; a part that only comes and goes is not.
 * The license's row must be locked.
 */
export async function noteNewFingerprint(
  ctx: Ctx,
  license: License,
  known: Activation,
  changes: DeviceChanges,
): Promise<DeviceChanges> {
  const { fingerprint } = changes
  if (fingerprint === undefined) return changes
  if (
    takesTurns(known, fingerprint) &&
    !(await wasRecorded(ctx, { event: EVENT, resourceId: known.id, withinMs: ONCE_PER_MS }))
  ) {
    recordEvent(ctx, {
      event: EVENT,
      resource: 'activation',
      resourceId: known.id,
      userId: license.userId,
      changes: { licenseId: license.id, productId: license.productId },
    })
  }
  return { ...changes, formerFingerprintHash: fingerprintHash(known.fingerprint) }
}

/** Whether another device of the license has exactly this fingerprint. Then the caller is that device. */
export async function isAnothersFingerprint(
  ctx: Ctx,
  activation: Activation,
  fingerprint: string,
): Promise<boolean> {
  const [other] = await ctx.db
    .select({ id: activations.id })
    .from(activations)
    .where(
      and(
        eq(activations.accountId, ctx.accountId),
        eq(activations.licenseId, activation.licenseId),
        eq(fingerprintHashOf(activations.fingerprint), fingerprintHashOf(sql`${fingerprint}`)),
        eq(activations.instanceId, activation.instanceId),
        ne(activations.id, activation.id),
      ),
    )
    .limit(1)
  return other !== undefined
}

function takesTurns(known: Activation, fingerprint: string): boolean {
  if (known.formerFingerprintHash !== fingerprintHash(fingerprint)) return false
  const [before, now] = [parseStructured(known.fingerprint), parseStructured(fingerprint)]
  return before !== null && now !== null && contradicts(before, now)
}
