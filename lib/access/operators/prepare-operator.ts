import { parseEmail } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import { hashPassword } from '#lib/core/crypto/password.ts'
import { fieldError } from '#lib/core/errors.ts'
import { composed } from '#lib/core/input/fields.ts'
import { isBlank } from '#lib/core/normalize.ts'
import { checkNewPassword } from '../passwords/password-policy.ts'
import { passwordRules } from '../passwords/password-rules.ts'
import type { OperatorDraft } from './insert-operator.ts'

export interface NewOperator {
  email: string
  name: string
  password: string
}

/**
 * Checks what a person typed and hashes the password, before any lock is taken.
 * @throws INVALID_INPUT naming `email`, `name` or `password`
 */
export async function prepareOperator(ctx: Ctx, input: NewOperator): Promise<Omit<OperatorDraft, 'role'>> {
  const email = parseEmail(input.email)
  if (typeof email === 'string') throw fieldError('email', email)
  const name = composed(input.name).trim()
  if (isBlank(name)) throw fieldError('name', 'must not be empty')
  checkNewPassword(input.password, await passwordRules(ctx.db, ctx.accountId, [email.value, name]))
  return {
    email: email.value,
    emailCanonical: email.canonical,
    name,
    passwordHash: await hashPassword(input.password),
  }
}
