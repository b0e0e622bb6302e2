'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { passwordInput } from '#lib/access/passwords/password-policy.ts'
import { revokeUserSession } from '#lib/access/tokens/revoke-user-session.ts'
import { emailInput } from '#lib/core/canonical-email.ts'
import { id, NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { updateUserPassword } from '#lib/people/passwords/update-user-password.ts'
import { removeSecondFactor } from '#lib/people/second-factors/remove-second-factor.ts'
import { Ban, banUser } from '#lib/people/users/ban-user.ts'
import { createUserByHand, NewUserByHand } from '#lib/people/users/create-user-by-hand.ts'
import { unbanUser } from '#lib/people/users/unban-user.ts'
import { updateUser } from '#lib/people/users/update-user.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

const backTo = (userId: string, done: string) => redirect(`/dashboard/users/${userId}?done=${done}`)

export const createUserAction = defineAction(
  { area: 'operator', permission: 'user:write', schema: NewUserByHand },
  async (ctx, input) => {
    const user = await createUserByHand(ctx, input)
    return backTo(user.id, 'created')
  },
)

const Profile = z.object({
  id: id(),
  email: emailInput(),
  firstName: text(NAME_LENGTH),
  lastName: text(NAME_LENGTH),
  company: text(256),
  allowCustomerPortalAccess: z
    .literal('on')
    .optional()
    .transform((box) => box === 'on'),
})

export const updateUserAction = defineAction(
  { area: 'operator', permission: 'user:write', schema: Profile },
  async (ctx, input) => {
    await updateUser(ctx, input)
    return backTo(input.id, 'saved')
  },
)

export const setUserPasswordAction = defineAction(
  {
    area: 'operator',
    permission: 'user:write',
    schema: z.object({ id: id(), newPassword: passwordInput() }),
  },
  async (ctx, input) => {
    await updateUserPassword(ctx, input)
    return backTo(input.id, 'password')
  },
)

export const banUserAction = defineAction(
  { area: 'operator', permission: 'user:ban', schema: Ban },
  async (ctx, input) => {
    await banUser(ctx, input)
    return backTo(input.id, 'banned')
  },
)

export const unbanUserAction = defineAction(
  { area: 'operator', permission: 'user:ban', schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await unbanUser(ctx, input)
    return backTo(input.id, 'unbanned')
  },
)

export const removeSecondFactorAction = defineAction(
  { area: 'operator', permission: 'user:write', schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await removeSecondFactor(ctx, input)
    return backTo(input.id, 'second-factor')
  },
)

export const revokeSessionAction = defineAction(
  {
    area: 'operator',
    permission: 'user:write',
    schema: z.object({ userId: id(), sessionId: id() }),
  },
  async (ctx, input) => {
    await revokeUserSession(ctx, input)
    return backTo(input.userId, 'session')
  },
)
