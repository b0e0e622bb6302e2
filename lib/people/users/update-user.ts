import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { users } from '#db/schema/users.ts'
import { checkNewPassword } from '#lib/access/passwords/password-policy.ts'
import { passwordRules } from '#lib/access/passwords/password-rules.ts'
import { revokeSessions } from '#lib/access/tokens/revoke-sessions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { hashPassword } from '#lib/core/crypto/password.ts'
import { notFound } from '#lib/core/errors.ts'
import { storeMetadata } from '#lib/core/metadata/metadata.ts'
import { endPasswordResets } from '../passwords/password-resets.ts'
import { isAppointed, requireMayTakeOver } from '../passwords/require-may-take-over.ts'
import { setPassword } from '../passwords/set-password.ts'
import { type Belonging, changedBelonging } from './belonging.ts'
import { changeEmail } from './change-email.ts'
import { findUser } from './find-user.ts'
import { settleBelonging } from './settle-belonging.ts'
import { toUserDto, type UserDto } from './user-dto.ts'
import type { UserPatch } from './user-input.ts'
import { givenRole } from './user-role.ts'

/**
 * Changes a user on behalf of a machine or an operator.
 * @throws NOT_FOUND, FORBIDDEN and INSUFFICIENT_SCOPE (`requireMayTakeOver`), EMAIL_TAKEN, OPERATORS_ARE_NOT_USERS, USERS_LIMIT_REACHED, INVALID_INPUT for a weak password
 */
export async function updateUser(
  ctx: Authorized<'user:write'>,
  input: { id: string } & z.output<typeof UserPatch>,
): Promise<UserDto> {
  const { id, email, password, role, roles, organizationId, resellerId, metadata, ...profile } = input
  const change = { role: givenRole({ role, roles }), organizationId, resellerId }
  const passwordHash = password === undefined ? undefined : await checkedHash(ctx, id, password)
  return inTransaction(ctx, async (tx) => {
    const [before] = await tx.db
      .select({
        metadata: users.metadata,
        organizationId: users.organizationId,
        isOrganizationAdmin: users.isOrganizationAdmin,
        resellerId: users.resellerId,
        isResellerAdmin: users.isResellerAdmin,
      })
      .from(users)
      .where(and(eq(users.accountId, tx.accountId), eq(users.id, id)))
      .for('update')
    if (!before) throw notFound('user')
    if (passwordHash) requireMayTakeOver(tx, before)
    const now = tx.clock.now()
    const belonging = changedBelonging(before, change)
    requireMayTakeOver(tx, before, belonging)
    await settleBelonging(tx, id, before, belonging)
    // Reset tokens from before the appointment: machines could make them while this user had no role.
    if (isAppointed(before, belonging)) await endPasswordResets(tx, id)
    await tx.db
      .update(users)
      .set({
        ...profile,
        ...belonging,
        ...(metadata && { metadata: storeMetadata(metadata, before.metadata, now) }),
        updatedAt: now,
      })
      .where(and(eq(users.accountId, tx.accountId), eq(users.id, id)))
    const moved = email !== undefined && (await changeEmail(tx, id, email))
    if (moved) requireMayTakeOver(tx, before)
    if (passwordHash) await setPassword(tx, id, passwordHash)
    // Without portal access their sessions end, too.
    if (passwordHash || profile.allowCustomerPortalAccess === false) await revokeSessions(tx, id, 'all')
    const { allowCustomerPortalAccess, tags, ...names } = profile
    recordEvent(tx, {
      event: 'user.updated',
      resource: 'user',
      resourceId: id,
      userId: id,
      changes: {
        allowCustomerPortalAccess,
        tags,
        ...changesOf(before, belonging),
        metadata: metadata?.map((entry) => entry.key),
      },
      personal: { ...names, ...(moved && { email: email.value }) },
    })
    const user = await findUser(tx.db, tx.accountId, id)
    if (!user) throw notFound('user')
    return toUserDto(user)
  })
}

function changesOf(before: Belonging, after: Belonging): Partial<Belonging> {
  return {
    ...(after.organizationId !== before.organizationId && { organizationId: after.organizationId }),
    ...(after.isOrganizationAdmin !== before.isOrganizationAdmin && {
      isOrganizationAdmin: after.isOrganizationAdmin,
    }),
    ...(after.resellerId !== before.resellerId && { resellerId: after.resellerId }),
    ...(after.isResellerAdmin !== before.isResellerAdmin && { isResellerAdmin: after.isResellerAdmin }),
  }
}

async function checkedHash(ctx: Authorized<'user:write'>, id: string, password: string): Promise<string> {
  const user = await findUser(ctx.db, ctx.accountId, id)
  if (!user) throw notFound('user')
  const person = [user.email, user.firstName, user.lastName, user.company]
  checkNewPassword(password, await passwordRules(ctx.db, ctx.accountId, person))
  return hashPassword(password)
}
