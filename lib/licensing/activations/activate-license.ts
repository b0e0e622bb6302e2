import { and, eq } from 'drizzle-orm'
import { products } from '#db/schema/products.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { countryOf } from '../geo/country-of.ts'
import { findTypedKey } from '../licenses/find-typed-key.ts'
import { keyLookUps } from '../licenses/license-key.ts'
import type { ActivationTokenDto } from './activation-dto.ts'
import type { ActivationInput } from './activation-input.ts'
import type { TokenFacts } from './activation-token.ts'
import { lockLicense, lockLicenseByKey } from './license-facts.ts'
import { assertOwnerPresent, provenUser } from './proven-user.ts'
import { assertReleaseAllowed } from './release-rules.ts'
import { reportingFull } from './report-full.ts'
import { assertUsable } from './rules.ts'
import { signActivationToken } from './sign-activation-token.ts'
import { takeDevice } from './take-device.ts'

/**
 * Takes one device of a license and issues its token. The same device again takes no second one. Exact under any number of
 * parallel calls, because they pass one after another through the lock on the license's row.
 * @throws the codes of contract §6, in the order of docs/decisions/0003; nothing of the activation is written then
 */
export async function activateLicense(
  ctx: Authorized<'public'>,
  input: ActivationInput,
): Promise<ActivationTokenDto> {
  const userId = await provenUser(ctx, input)
  const facts = await reportingFull(ctx, () => inTransaction(ctx, (tx) => activate(tx, input, userId)))
  // One moment for place and token, so that the lease lasts as long as the token says.
  return signActivationToken(ctx.db, facts, facts.activation.lastSyncedAt)
}

async function activate(ctx: Ctx, input: ActivationInput, userId: string | null): Promise<TokenFacts> {
  const exact = await lockLicenseByKey(ctx.db, ctx.accountId, input.key)
  const typed = exact ? undefined : await lockTypedKey(ctx, input.key)
  const facts = exact ?? typed?.facts
  if (facts?.license.productId !== input.productId.toLowerCase()) throw await wrongProductOrKey(ctx, input)
  // Read under the lock, so that a long wait does not judge leases by an old time.
  const at = ctx.clock.now()
  assertUsable(facts.license, input, { at, ip: ctx.ip, countryCode: countryOf(ctx.ip) })
  await assertReleaseAllowed(ctx, facts.license, input, at)
  assertOwnerPresent(facts.license, userId)
  const options = { at, offline: false, ...(typed?.isFormer && { refuseUnknown: replacedKey }) }
  return {
    ...(await takeDevice(ctx, facts, input, options)),
    key: typed?.key ?? input.key,
    requestId: input.requestId,
  }
}

/** The license of a former key, or of a key in another spelling. The token holds the key as it was issued. */
async function lockTypedKey(ctx: Ctx, key: string) {
  const found = await findTypedKey(ctx.db, ctx.accountId, key, ctx.clock.now())
  if (!found) return undefined
  const facts = await lockLicense(ctx.db, ctx.accountId, found.licenseId)
  // The key may have been replaced while waiting for the lock, so it is checked again.
  if (facts && !found.isFormer && !keyLookUps(found.key).includes(facts.license.keyHash))
    return { ...found, isFormer: true, facts }
  return { ...found, facts }
}

/** The product is checked first, so that a wrongly configured client does not blame its user's key. */
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

/** For unknown devices. Known ones may use their old key for a while. */
function replacedKey(): AppError {
  return new AppError('INVALID_LICENSE_KEY', 'This license key was replaced. Please enter the new one.')
}
