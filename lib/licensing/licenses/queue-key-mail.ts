import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import type { LicenseDto } from './license-dto.ts'
import { unreadableKey } from './license-key.ts'

/**
 * Mails a license's key to its owner, in the transaction that is open; `replaces` where it had another before. Returns the
 * address.
 * @throws CONFLICT when nobody owns it, the owner has no address or the key cannot be read, USER_BANNED
 */
export async function queueKeyMail(
  ctx: Ctx,
  license: LicenseDto,
  replaces?: { formerKeyUntil: Date },
): Promise<string> {
  const { user } = license
  if (license.keyUnreadable) throw unreadableKey()
  if (!user) throw new AppError('CONFLICT', 'Nobody owns this license: there is no one to mail its key to.')
  if (user.banned) throw new AppError('USER_BANNED', 'The owner of this license is banned.')
  if (!user.email) throw new AppError('CONFLICT', 'The owner of this license has no email address.')
  await queueMail(ctx, {
    template: 'license-key',
    to: user.email,
    userId: user.id,
    props: {
      firstName: user.firstName,
      productName: license.product.displayName,
      licenseKey: license.key,
      licenseId: license.id,
      ...(replaces && { formerKeyUntil: replaces.formerKeyUntil.toISOString() }),
    },
  })
  return user.email
}
