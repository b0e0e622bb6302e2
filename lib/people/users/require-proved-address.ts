import { canonicalEmail } from '#lib/core/canonical-email.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { UserWithEmail } from './user-dto.ts'

/**
 * Demands a confirmation before something of value goes to a user found by an unproved address, because a stranger may have
 * registered it.
 * @param confirmed the address that the operator was asked about and confirmed
 * @throws INVALID_INPUT naming `confirmUnproved`
 */
export function requireProvedAddress(user: UserWithEmail, confirmed: string | undefined): void {
  if (user.emailProvedAt || user.email === null) return
  if (confirmed !== undefined && canonicalEmail(confirmed) === canonicalEmail(user.email)) return
  throw fieldError(
    'confirmUnproved',
    `nobody has proved to read mails to ${user.email}: whoever registered it would get the key. Make sure who it is, then confirm`,
  )
}
