import { z } from 'zod'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { type Authorized, authorize } from '#lib/core/authorize.ts'
import { emailInput } from '#lib/core/canonical-email.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'
import { id, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { createUser } from '#lib/people/users/create-user.ts'
import { findUserByEmail } from '#lib/people/users/find-user-by-email.ts'
import { requireProvedAddress } from '#lib/people/users/require-proved-address.ts'
import { createLicense } from './create-license.ts'
import type { LicenseDto } from './license-dto.ts'
import { queueKeyMail } from './queue-key-mail.ts'

export const NewLicenseByHand = z.object({
  productId: id(),
  /** Left empty: the product's own. */
  licenseTemplateId: optionalField(id()),
  email: emailInput(),
  /** The address, repeated as a confirmation if it is unproved. */
  confirmUnproved: text(256).optional(),
  /** Whether a user with that address is made if there is none. */
  createUser: z.literal('on').optional(),
  /** The reason for a license without an order. */
  reason: z.enum(['free', 'paid-elsewhere'], 'choose one'),
  /** Invoice number, who agreed; the owner sees it too. */
  notes: text(2_000),
  /** Whether the key is mailed to the owner. */
  mail: z.literal('on').optional(),
})

const REASONS = { free: 'Given for free.', 'paid-elsewhere': 'Paid elsewhere.' }

/**
 * Makes a license that was not bought here, for an existing user or a new one, and mails its key.
 * @throws INVALID_INPUT naming the field, also `confirmUnproved` where nobody has proved a known user's address; USER_BANNED, INSUFFICIENT_SCOPE when a user must be made by one who may not
 */
export async function createLicenseByHand(
  ctx: Authorized<'license:write'>,
  input: z.output<typeof NewLicenseByHand>,
): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) => {
    const license = await createLicense(tx, {
      productId: input.productId,
      licenseTemplateId: input.licenseTemplateId,
      userId: await ownerOf(tx, input),
      notes: [REASONS[input.reason], input.notes].filter(Boolean).join('\n'),
    })
    if (input.mail) await queueKeyMail(tx, license)
    return license
  })
}

async function ownerOf(
  tx: Authorized<'license:write'>,
  input: z.output<typeof NewLicenseByHand>,
): Promise<string> {
  const known = await findUserByEmail(tx.db, tx.accountId, input.email)
  if (known?.bannedAt) throw new AppError('USER_BANNED', 'That user is banned.')
  if (known) {
    requireProvedAddress(known, input.confirmUnproved)
    return known.id
  }
  if (!input.createUser) throw fieldError('email', 'there is no user with this address')
  return (await createUser(authorize(tx, 'user:write'), { email: input.email })).id
}
