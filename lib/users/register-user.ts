import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { accounts } from '#db/schema/accounts.ts'
import { consents } from '#db/schema/users.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { sealForUser } from '../audit/user-key.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { Ctx } from '../context.ts'
import { hashPassword } from '../crypto/password.ts'
import { NAME_LENGTH, text } from '../http/fields.ts'
import { newId } from '../ids.ts'
import { queueMail } from '../mail/queue-mail.ts'
import { rememberAddress } from '../throttle/known-place.ts'
import { throttleRegistration } from '../throttle/registration.ts'
import type { Proven } from '../tokens/issue-access-token.ts'
import { emailInput } from './canonical-email.ts'
import { insertUser } from './insert-user.ts'
import { checkNewPassword, passwordInput } from './password-policy.ts'
import { passwordRules } from './password-rules.ts'

/** A ticked box, from a form or from JSON. */
const accepted = (what: string) =>
  z.preprocess(
    (value) => value === 'on' || value === 'true' || value === true,
    z.literal(true, `${what} must be accepted`),
  )

/** What registering takes: an address, a password and both consents are all it needs (SF-05, RH-01). */
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
