import { hashPassword } from '../crypto/password.ts'
import { canonicalOperatorEmail } from './canonical-email.ts'
import type { OperatorDraft } from './insert-operator.ts'

export interface NewOperator {
  email: string
  name: string
  password: string
}

/**
 * Checks what a person typed and hashes the password, before any lock is taken.
 * @throws INVALID_INPUT naming `email` or `password`
 */
export async function prepareOperator(input: NewOperator): Promise<Omit<OperatorDraft, 'roleName'>> {
  return {
    email: input.email.trim(),
    emailCanonical: canonicalOperatorEmail(input.email),
    name: input.name.trim(),
    passwordHash: await hashPassword(input.password),
  }
}
