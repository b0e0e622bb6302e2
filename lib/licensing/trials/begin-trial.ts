import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { fingerprintHashOf } from '#db/schema/columns.ts'
import { products } from '#db/schema/products.ts'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import { trialActivations } from '#db/schema/trials.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import type { ActivationTokenDto } from '../activations/activation-dto.ts'
import { assertPlaceAllowed } from '../activations/rules.ts'
import {
  isOwnFingerprint,
  type MatchingStrategy,
  memberHashes,
  parseStructured,
} from '../activations/structured-fingerprint.ts'
import { countryOf } from '../geo/country-of.ts'
import { storeTrial } from './store-trial.ts'
import type { Trial } from './trial-dto.ts'
import type { TrialInput } from './trial-input.ts'
import { signTrialToken, type TrialFacts } from './trial-token.ts'

const NOWHERE = { ip: null, countryCode: null }

/**
 * Begins a device's trial of a product, or answers the one it has had. No device gets a second trial, even in parallel calls.
 * The token of a trial that is over has a past `eat`.
 * @throws INVALID_PRODUCT_ID, TRIAL_NOT_ALLOWED, those of `assertPlaceAllowed`, TRIAL_ACTIVATION_LIMIT_REACHED; nothing is
 *   written then
 */
export async function beginTrial(ctx: Authorized<'public'>, input: TrialInput): Promise<ActivationTokenDto> {
  const facts = await inTransaction(ctx, (tx) => takeTrial(tx, input, { offline: false }))
  return signTrialToken(ctx.db, facts, { at: ctx.clock.now(), requestId: input.requestId })
}

/** The step that online and offline requests share; inside a transaction. */
export async function takeTrial(ctx: Ctx, input: TrialInput, how: { offline: boolean }): Promise<TrialFacts> {
  const { policy, metadata: productMetadata, productId } = await findPolicy(ctx, input.productId)
  // Offline, the address belongs to whoever brings the request.
  const place = how.offline ? NOWHERE : { ip: ctx.ip, countryCode: countryOf(ctx.ip) }
  assertPlaceAllowed(policy, input, place, 'trial')

  const members = memberHashes(input.fingerprint)
  await lockDevice(ctx, productId, members.length > 0 ? '' : input.fingerprint)
  const strategy = policy.fingerprintMatchingStrategy
  const known =
    (await findTrial(ctx, productId, input.fingerprint)) ??
    (await findTrialOfSameComputer(ctx, { productId, fingerprint: input.fingerprint, members, strategy }))
  if (known && policy.userLocked && known.userHash !== input.userHash) {
    throw new AppError(
      'TRIAL_ACTIVATION_LIMIT_REACHED',
      'Another user of this computer has had the trial of this product.',
    )
  }
  const trial = await storeTrial(ctx, {
    known,
    input: { ...input, productId },
    trialLength: policy.trialLength,
    place: policy.disableGeoLocation ? NOWHERE : place,
    offline: how.offline,
  })
  return { trial, fingerprintMatchingStrategy: policy.fingerprintMatchingStrategy, productMetadata }
}

async function findPolicy(ctx: Ctx, productId: string) {
  const [found] = isId(productId)
    ? await ctx.db
        .select({ productId: products.id, metadata: products.metadata, policy: trialPolicies })
        .from(products)
        .leftJoin(
          trialPolicies,
          and(eq(trialPolicies.accountId, products.accountId), eq(trialPolicies.id, products.trialPolicyId)),
        )
        .where(and(eq(products.accountId, ctx.accountId), eq(products.id, productId)))
    : []
  if (!found) throw new AppError('INVALID_PRODUCT_ID', 'There is no such product.')
  const { policy, ...product } = found
  if (!policy) throw new AppError('TRIAL_NOT_ALLOWED', 'There is no trial of this product.')
  return { ...product, policy }
}

/**
 * There may be no row to lock yet, so parallel first calls of a device wait for this advisory lock. One computer may send
 * several structured fingerprints, so all of a product share one lock (empty).
 */
async function lockDevice(ctx: Ctx, productId: string, fingerprint: string): Promise<void> {
  const name = `trial ${ctx.accountId} ${productId} ${fingerprint}`
  await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
}

/** The most candidates that are compared: those that share the most parts. */
const MOST_CANDIDATES = 200

/** The trial of a computer that was changed or installed anew since. */
async function findTrialOfSameComputer(
  ctx: Ctx,
  device: { productId: string; fingerprint: string; members: string[]; strategy: MatchingStrategy },
): Promise<Trial | undefined> {
  const shown = parseStructured(device.fingerprint)
  if (!shown || device.members.length === 0) return undefined
  const members = sql`${`{${device.members.join(',')}}`}::text[]`
  const shared = sql`cardinality(array(
    select unnest(${trialActivations.fingerprintMembers}) intersect select unnest(${members})))`
  const candidates = await ctx.db
    .select()
    .from(trialActivations)
    .where(
      and(
        eq(trialActivations.accountId, ctx.accountId),
        eq(trialActivations.productId, device.productId),
        sql`${trialActivations.fingerprintMembers} && ${members}`,
      ),
    )
    .orderBy(desc(shared), asc(trialActivations.createdAt))
    .limit(MOST_CANDIDATES)
    .for('update')
  return candidates.find(({ fingerprint }) =>
    isOwnFingerprint(fingerprint, device.fingerprint, device.strategy),
  )
}

async function findTrial(ctx: Ctx, productId: string, fingerprint: string): Promise<Trial | undefined> {
  const [row] = await ctx.db
    .select()
    .from(trialActivations)
    .where(
      and(
        eq(trialActivations.accountId, ctx.accountId),
        eq(trialActivations.productId, productId),
        eq(fingerprintHashOf(trialActivations.fingerprint), fingerprintHashOf(sql`${fingerprint}`)),
      ),
    )
    .for('update')
  return row
}
