import { z } from 'zod'
import { metadataViewer, requireOwn } from '#lib/access/calling-customer.ts'
import { checkNewPassword, passwordInput } from '#lib/access/passwords/password-policy.ts'
import { passwordRules } from '#lib/access/passwords/password-rules.ts'
import { throttleAddressClaim } from '#lib/access/throttle/address-claim.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { emailInput } from '#lib/core/canonical-email.ts'
import { hashPassword } from '#lib/core/crypto/password.ts'
import { notFound } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import { NOWHERE } from '../users/belonging.ts'
import { findUser } from '../users/find-user.ts'
import { insertUser } from '../users/insert-user.ts'
import { toMemberDto, toUserDto, type UserDto } from '../users/user-dto.ts'
import { loadOrganization } from './load-organizations.ts'

/** Body of `POST /v3/organizations/{id}/users`. */
export const OrganizationUserInput = z.object({
  firstName: text(NAME_LENGTH, 1),
  lastName: optionalField(text(NAME_LENGTH)),
  email: emailInput(),
  company: optionalField(text(256)),
  password: optionalField(passwordInput()).meta({
    description: 'Left out, the user chooses one through "Forgot your password?".',
  }),
})

/**
 * Makes a user who takes a seat of the organization, and welcomes them by mail. The role is `user`: who runs an organization
 * is the vendor's to say.
 * @throws NOT_FOUND, EMAIL_TAKEN, RATE_LIMITED for an administrator, USERS_LIMIT_REACHED, INVALID_INPUT for a weak password
 */
export async function addOrganizationUser(
  ctx: Authorized<'organization:write'>,
  organizationId: string,
  { password, ...input }: z.output<typeof OrganizationUserInput>,
): Promise<UserDto> {
  requireOwn(ctx, 'organization', organizationId)
  await loadOrganization(ctx.db, ctx.accountId, organizationId)
  // Machines of the vendor's see every address anyway.
  if (ctx.actor.kind === 'customer') await throttleAddressClaim(ctx, ctx.actor.userId, 'member')
  let passwordHash: string | null = null
  if (password !== undefined) {
    const person = [input.email.canonical, input.firstName, input.lastName, input.company]
    checkNewPassword(password, await passwordRules(ctx.db, ctx.accountId, person))
    passwordHash = await hashPassword(password)
  }
  const id = newId()
  return inTransaction(ctx, async (tx) => {
    await insertUser(tx, {
      id,
      email: input.email,
      passwordHash,
      firstName: input.firstName,
      lastName: input.lastName ?? '',
      company: input.company ?? '',
      belonging: { ...NOWHERE, organizationId },
    })
    const props = { firstName: input.firstName }
    await queueMail(tx, { template: 'welcome', to: input.email.value, userId: id, props })
    const user = await findUser(tx.db, tx.accountId, id)
    if (!user) throw notFound('user')
    const viewer = metadataViewer(tx)
    return viewer ? toMemberDto(toUserDto(user), viewer) : toUserDto(user)
  })
}
