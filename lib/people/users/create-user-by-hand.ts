import { z } from 'zod'
import { passwordInput } from '#lib/access/passwords/password-policy.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { emailInput } from '#lib/core/canonical-email.ts'
import { NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import { createUser } from './create-user.ts'
import type { UserDto } from './user-dto.ts'

export const NewUserByHand = z.object({
  email: emailInput(),
  firstName: text(NAME_LENGTH),
  lastName: text(NAME_LENGTH),
  company: text(256),
  /** Left empty: the user cannot sign in until a password is set. */
  password: optionalField(passwordInput()),
  /** Whether the welcome mail goes out. */
  welcome: z.literal('on').optional(),
})

/**
 * Makes a user whom an operator typed in, and welcomes them by mail if asked to.
 * @throws EMAIL_TAKEN, INVALID_INPUT
 */
export async function createUserByHand(
  ctx: Authorized<'user:write'>,
  { welcome, ...input }: z.output<typeof NewUserByHand>,
): Promise<UserDto> {
  return inTransaction(ctx, async (tx) => {
    const user = await createUser(tx, input)
    if (welcome) {
      const props = { firstName: user.firstName }
      await queueMail(tx, { template: 'welcome', to: user.email, userId: user.id, props })
    }
    return user
  })
}
