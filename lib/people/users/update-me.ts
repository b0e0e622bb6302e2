import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { users } from '#db/schema/users.ts'
import { self } from '#lib/access/calling-customer.ts'
import { requireFreshSignIn } from '#lib/access/step-up.ts'
import { throttleAddressClaim } from '#lib/access/throttle/address-claim.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { canonicalEmail, type EmailAddress, emailInput } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import { notFound } from '#lib/core/errors.ts'
import { bool, NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { optionalField, optionalText } from '#lib/core/input/optional-field.ts'
import { turnOffSecondFactor, turnOnSecondFactor } from '../second-factors/set-second-factor.ts'
import { SecondFactor } from '../second-factors/spend-second-factor.ts'
import { lockOwnCredentials } from '../sign-in/own-credentials.ts'
import { changeEmail } from './change-email.ts'
import { findUser } from './find-user.ts'
import { type MeDto, toMeDto } from './user-dto.ts'

/** What customers may change about themselves. Everything else in a body is ignored and never stored (RH-03, SF-28). */
export const MePatch = z.object({
  firstName: text(NAME_LENGTH).optional(),
  lastName: optionalText(NAME_LENGTH),
  company: text(NAME_LENGTH)
    .nullable()
    .transform((value) => value ?? '')
    .optional(),
  email: emailInput().optional(),
  /** Switches the second factor on with a first code, or off with any code of it. */
  twoFactorEnabled: optionalField(bool()),
  ...SecondFactor.shape,
})

/**
 * Changes the signed-in customer's own profile. Another address needs a fresh sign-in, checked before anybody is looked up by
 * that address. The second factor needs a code.
 * @throws STEP_UP_REQUIRED, INVALID_TOKEN when the session ended meanwhile, RATE_LIMITED, EMAIL_TAKEN, MISSING_TWO_FACTOR_CODE,
 *   INVALID_TWO_FACTOR_CODE, CONFLICT without a secret
 */
export async function updateMe(ctx: Authorized<'me:write'>, input: z.output<typeof MePatch>): Promise<MeDto> {
  const { userId } = self(ctx)
  const { email, twoFactorEnabled, twoFactorCode, twoFactorRecoveryCode, ...profile } = input
  const moves = email !== undefined && !(await isOwnAddress(ctx, userId, email))
  if (moves) {
    requireFreshSignIn(ctx)
    await throttleAddressClaim(ctx, userId, 'own', email.canonical)
  }
  // In a transaction of its own: an attempted code counts even if the rest fails.
  const code = { twoFactorCode, twoFactorRecoveryCode }
  if (twoFactorEnabled === true) await turnOnSecondFactor(ctx, code)
  if (twoFactorEnabled === false) await turnOffSecondFactor(ctx, code)
  return inTransaction(ctx, async (tx) => {
    if (moves) await lockOwnCredentials(tx)
    const changes = { ...profile, updatedAt: tx.clock.now() }
    const [row] = await tx.db
      .update(users)
      .set(changes)
      .where(and(eq(users.accountId, tx.accountId), eq(users.id, userId)))
      .returning({ id: users.id })
    if (!row) throw notFound('user')
    const moved = moves && (await changeEmail(tx, userId, email))
    recordEvent(tx, {
      event: 'user.updated',
      resource: 'user',
      resourceId: userId,
      userId,
      personal: { ...profile, ...(moved && { email: email.value }) },
    })
    const user = await findUser(tx.db, tx.accountId, userId)
    if (!user) throw notFound('user')
    return toMeDto(user)
  })
}

/** The form also sends an unchanged address. That needs no sign-in and changes nothing. */
async function isOwnAddress(ctx: Ctx, userId: string, email: EmailAddress): Promise<boolean> {
  const user = await findUser(ctx.db, ctx.accountId, userId)
  if (!user) throw notFound('user')
  return user.email !== null && canonicalEmail(user.email) === email.canonical
}
