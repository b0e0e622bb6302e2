import { z } from 'zod'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { emailInput } from '#lib/core/canonical-email.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'
import { id, text } from '#lib/core/input/fields.ts'
import { findUserByEmail } from '#lib/people/users/find-user-by-email.ts'
import { requireProvedAddress } from '#lib/people/users/require-proved-address.ts'
import type { LicenseDto } from './license-dto.ts'
import { queueKeyMail } from './queue-key-mail.ts'
import { updateLicense } from './update-license.ts'

export const MoveLicense = z.object({
  id: id(),
  email: emailInput(),
  /** The address, repeated as a confirmation if it is unproved. */
  confirmUnproved: text(256).optional(),
  /** Whether the key is mailed to the new owner. */
  mail: z.literal('on').optional(),
})

/**
 * Gives a license to another user, found by address. Its devices stay activated.
 * @throws NOT_FOUND, INVALID_INPUT when no user has that address or nobody has proved it and that was not confirmed, USER_BANNED
 */
export async function moveLicense(
  ctx: Authorized<'license:write'>,
  input: z.output<typeof MoveLicense>,
): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) => {
    const user = await findUserByEmail(tx.db, tx.accountId, input.email)
    if (!user) throw fieldError('email', 'there is no user with this address')
    if (user.bannedAt) throw new AppError('USER_BANNED', 'That user is banned.')
    requireProvedAddress(user, input.confirmUnproved)
    const license = await updateLicense(tx, input.id, { userId: user.id })
    if (input.mail) await queueKeyMail(tx, license)
    return license
  })
}
