import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { accounts } from '#db/schema/accounts.ts'
import { consents } from '#db/schema/users.ts'
import { checkNewPassword, passwordInput } from '#lib/access/passwords/password-policy.ts'
import { passwordRules } from '#lib/access/passwords/password-rules.ts'
import { rememberAddress } from '#lib/access/throttle/known-place.ts'
import { throttleRegistration } from '#lib/access/throttle/registration.ts'
import type { Proven } from '#lib/access/tokens/issue-access-token.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { sealForUser } from '#lib/audit/user-key.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { emailInput } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import { hashPassword } from '#lib/core/crypto/password.ts'
import { newId } from '#lib/core/ids.ts'
import { NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import { insertUser } from './insert-user.ts'

/** A ticked box, from a form or from JSON. */
const accepted = (what: string) =>
  z.preprocess(
    (value) => value === 'on' || value === 'true' || value === true,
    z.literal(true, `${what} must be accepted`),
  )

/** Input of registering. Address, password and both consents are enough (SF-05, RH-01). */
export const Registration = z.object({
  email: emailInput(),
  password: passwordInput(),
  terms: accepted('the terms of service'),
  privacy: accepted('the privacy policy'),
  firstName: text(NAME_LENGTH).optional(),
  lastName: text(NAME_LENGTH).optional(),
})

/**
 * Registers a customer: user, address, consents and the welcome mail in one transaction.
 * @throws EMAIL_TAKEN, INVALID_INPUT for a weak password, RATE_LIMITED
 */
export async function registerUser(
  ctx: Authorized<'public'>,
  input: z.output<typeof Registration>,
): Promise<Proven> {
  await throttleRegistration(ctx)
  const person = [input.email.canonical, input.firstName, input.lastName]
  checkNewPassword(input.password, await passwordRules(ctx.db, ctx.accountId, person))
  const passwordHash = await hashPassword(input.password)
  const userId = newId()
  await inTransaction(ctx, async (tx) => {
    await insertUser(tx, {
      id: userId,
      email: input.email,
      passwordHash,
      firstName: input.firstName ?? '',
      lastName: input.lastName ?? '',
    })
    await recordConsents(tx, userId)
    await rememberAddress(tx, { userId })
    await queueMail(tx, {
      template: 'welcome',
      to: input.email.value,
      userId,
      props: { firstName: input.firstName ?? '' },
    })
  })
  return { userId, signInEpoch: 0 }
}

async function recordConsents(ctx: Ctx, userId: string): Promise<void> {
  const at = ctx.clock.now()
  const [account] = await ctx.db
    .select({ settings: accounts.settings })
    .from(accounts)
    .where(eq(accounts.id, ctx.accountId))
  const sealedIp = ctx.ip ? await sealForUser(ctx.db, { accountId: ctx.accountId, userId, at }, ctx.ip) : null
  const versions = {
    terms: account?.settings.termsVersion ?? '1',
    privacy: account?.settings.privacyVersion ?? '1',
  }
  await ctx.db.insert(consents).values(
    (['terms', 'privacy'] as const).map((document) => ({
      accountId: ctx.accountId,
      id: newId(),
      userId,
      document,
      version: versions[document],
      acceptedAt: at,
      sealedIp,
    })),
  )
}
