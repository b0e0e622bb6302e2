import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { licenses } from '#db/schema/licenses.ts'
import { users } from '#db/schema/users.ts'
import { metadataViewer, requireOwn } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, fieldError, notFound } from '#lib/core/errors.ts'
import { id } from '#lib/core/input/fields.ts'
import { usersOfReseller } from '#lib/people/resellers/load-resellers.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import { asSeenBy } from './list-licenses-within.ts'
import { loadLicense } from './load-licenses.ts'

/** Body of `PATCH /v3/resellers/{id}/licenses/{licenseId}`. */
export const AssignLicenseInput = z.object({
  userId: id()
    .nullable()
    .meta({ description: 'A user that the reseller brought; null takes the license back.' }),
})

/**
 * Gives a license of the reseller to a user that it brought, or takes it back. Its devices stay activated.
 * @throws NOT_FOUND for a license of somebody else, INVALID_INPUT for such a user, USER_BANNED
 */
export async function assignLicense(
  ctx: Authorized<'reseller:write'>,
  { id: resellerId, licenseId }: { id: string; licenseId: string },
  { userId }: z.output<typeof AssignLicenseInput>,
): Promise<LicenseDto> {
  requireOwn(ctx, 'reseller', resellerId)
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    if (userId !== null) {
      const [user] = await tx.db
        .select({ bannedAt: users.bannedAt })
        .from(users)
        .where(and(eq(users.accountId, tx.accountId), eq(users.id, userId), usersOfReseller(resellerId)))
        .for('key share')
      if (!user) throw fieldError('userId', 'the reseller brought no such user')
      if (user.bannedAt) throw new AppError('USER_BANNED', 'That user is banned.')
    }
    const changed = await tx.db
      .update(licenses)
      .set({ userId, updatedAt: now })
      .where(
        and(
          eq(licenses.accountId, tx.accountId),
          eq(licenses.id, licenseId),
          eq(licenses.resellerId, resellerId),
        ),
      )
      .returning({ id: licenses.id })
    if (changed.length === 0) throw notFound('license')
    recordEvent(tx, {
      event: 'license.updated',
      resource: 'license',
      resourceId: licenseId,
      userId,
      changes: { userId },
    })
    const license = toLicenseDto(await loadLicense(tx.db, tx.accountId, licenseId, now), now)
    const viewer = metadataViewer(tx)
    return viewer ? asSeenBy(license, viewer) : license
  })
}
