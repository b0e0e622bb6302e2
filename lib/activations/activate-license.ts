import { and, asc, desc, eq, lt, ne, sql } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { products } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '../audit/in-transaction.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { isId } from '../ids.ts'
import { addInterval } from '../licenses/interval.ts'
import type { ActivationInput } from './activation-input.ts'
import type { Activation, TokenFacts } from './activation-token.ts'
import type { ActivationTokenDto } from './activation-token-dto.ts'
import { countOtherDevices } from './holds-seat.ts'
import { type License, type LicenseFacts, lockLicenseByKey } from './license-facts.ts'
import { assertOwnerPresent, provenUser } from './proven-user.ts'
import { assertUsable, deviceLimit, isFloating, limitReached } from './rules.ts'
import { signActivationToken } from './sign-activation-token.ts'
import { storeDevice } from './store-device.ts'

/** A device whose lease ended keeps its row for this long, so that its next sync takes a seat without the key being typed. */
const ENDED_LEASE_KEPT_MS = 30 * 86_400_000

/**
 * Takes one device of a license and issues its token. The same device again takes no second one. Exact under any number of
 * parallel calls: they pass one after another through the license's row.
 * @throws the codes of contract §6, in the order of docs/decisions/0003; nothing is written then
 */
export async function activateLicense(
  ctx: Authorized<'public'>,
  input: ActivationInput,
): Promise<ActivationTokenDto> {
  const userId = await provenUser(ctx, input)
  const facts = await inTransaction(ctx, (tx) => takeDevice(tx, input, userId))
  return signActivationToken(ctx.db, facts, ctx.clock.now())
}

/** The work itself, in the open transaction; offline activation calls it too, with nobody's address. */
export async function takeDevice(
  ctx: Ctx,
  input: ActivationInput,
  userId: string | null,
): Promise<TokenFacts> {
  const facts = await lockLicenseByKey(ctx.db, ctx.accountId, input.key)
  if (facts?.license.productId !== input.productId.toLowerCase()) throw await wrongProductOrKey(ctx, input)
  // Read under the lock: whoever waited long must not judge leases by an old time.
  const at = ctx.clock.now()
  assertUsable(facts.license, input, { at, ip: ctx.ip, countryCode: null })
  assertOwnerPresent(facts.license, userId)

  const known = await findDevice(ctx, facts.license, input)
  const others = await countOtherDevices(ctx.db, {
    accountId: ctx.accountId,
    licenseId: facts.license.id,
    except: known?.id,
    at,
  })
  const limit = deviceLimit(facts.license)
  const isHolder = known !== undefined && (known.leaseExpiresAt === null || known.leaseExpiresAt > at)
  if (!isHolder && limit !== null && others >= limit) throw limitReached(limit)

  const license = await noteFirstActivation(ctx, facts, at)
  if (isFloating(license)) await dropLongEndedLeases(ctx, license, known?.id, at)
  const activation = await storeDevice(ctx, license, { known, input, at })
  return { ...facts, license, activation, key: input.key, devicesInUse: others + 1 }
}

/** The product is judged first: a client that is set up wrongly should not blame its user's key. */
async function wrongProductOrKey(ctx: Ctx, input: ActivationInput): Promise<AppError> {
  const [product] = isId(input.productId)
    ? await ctx.db
        .select({ id: products.id })
        .from(products)
        .where(and(eq(products.accountId, ctx.accountId), eq(products.id, input.productId)))
    : []
  return product
    ? new AppError('INVALID_LICENSE_KEY', 'There is no such license key for this product.')
    : new AppError('INVALID_PRODUCT_ID', 'There is no such product.')
}

/** This device's row. Where a license is bound to the operating system's user, another user is another device. */
async function findDevice(
  ctx: Ctx,
  license: License,
  input: ActivationInput,
): Promise<Activation | undefined> {
  const [device] = await ctx.db
    .select()
    .from(activations)
    .where(
      and(
        eq(activations.accountId, ctx.accountId),
        eq(activations.licenseId, license.id),
        eq(activations.fingerprint, input.fingerprint),
        license.userLocked ? eq(activations.userHash, input.userHash) : undefined,
      ),
    )
    .orderBy(desc(sql`${activations.userHash} = ${input.userHash}`), asc(activations.createdAt))
    .limit(1)
  return device
}

/** The first device starts a subscription that waits for it; an expiry that was set meanwhile stays. */
async function noteFirstActivation(ctx: Ctx, { license }: LicenseFacts, at: Date): Promise<License> {
  if (license.firstActivatedAt) return license
  const starts =
    license.subscriptionStartTrigger === 'activation' && license.subscriptionInterval && !license.expiresAt
  const expiresAt = starts ? addInterval(at, license.subscriptionInterval) : license.expiresAt
  await ctx.db
    .update(licenses)
    .set({ firstActivatedAt: at, expiresAt, updatedAt: at })
    .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.id, license.id)))
  recordEvent(ctx, {
    event: 'license.first-activated',
    resource: 'license',
    resourceId: license.id,
    userId: license.userId,
    changes: { firstActivatedAt: at.toISOString(), expiresAt: expiresAt?.toISOString() ?? null },
  })
  return { ...license, firstActivatedAt: at, expiresAt }
}

async function dropLongEndedLeases(
  ctx: Ctx,
  license: License,
  except: string | undefined,
  at: Date,
): Promise<void> {
  await ctx.db
    .delete(activations)
    .where(
      and(
        eq(activations.accountId, ctx.accountId),
        eq(activations.licenseId, license.id),
        lt(activations.leaseExpiresAt, new Date(at.getTime() - ENDED_LEASE_KEPT_MS)),
        except === undefined ? undefined : ne(activations.id, except),
      ),
    )
}
