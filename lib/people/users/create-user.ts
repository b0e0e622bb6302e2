import type { z } from 'zod'
import { checkNewPassword } from '#lib/access/passwords/password-policy.ts'
import { passwordRules } from '#lib/access/passwords/password-rules.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { hashPassword } from '#lib/core/crypto/password.ts'
import { notFound } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { requireMayTakeOver } from '../passwords/require-may-take-over.ts'
import { changedBelonging, NOWHERE } from './belonging.ts'
import { findUser } from './find-user.ts'
import { insertUser } from './insert-user.ts'
import { toUserDto, type UserDto } from './user-dto.ts'
import type { UserInput } from './user-input.ts'
import { givenRole } from './user-role.ts'

type CreateUser = Omit<z.output<typeof UserInput>, 'password' | 'firstName'> & {
  firstName?: string
  /** Without one the user cannot sign in until a password is set. */
  password?: string | undefined
}

/**
 * Makes a user on behalf of a machine or an operator: no throttle, no consents.
 * @throws INSUFFICIENT_SCOPE for an administrator (`requireMayTakeOver`), EMAIL_TAKEN, OPERATORS_ARE_NOT_USERS, USERS_LIMIT_REACHED, INVALID_INPUT for a weak password
 */
export async function createUser(ctx: Authorized<'user:write'>, input: CreateUser): Promise<UserDto> {
  const { role, roles, organizationId, resellerId, password, ...user } = input
  const belonging = changedBelonging(NOWHERE, {
    role: givenRole({ role, roles }),
    organizationId,
    resellerId,
  })
  requireMayTakeOver(ctx, NOWHERE, belonging)
  const person = [input.email.canonical, input.firstName, input.lastName, input.company]
  if (password !== undefined) {
    checkNewPassword(password, await passwordRules(ctx.db, ctx.accountId, person))
  }
  const passwordHash = password === undefined ? null : await hashPassword(password)
  const id = newId()
  return inTransaction(ctx, async (tx) => {
    await insertUser(tx, { ...user, id, passwordHash, belonging })
    const created = await findUser(tx.db, tx.accountId, id)
    if (!created) throw notFound('user')
    return toUserDto(created)
  })
}
