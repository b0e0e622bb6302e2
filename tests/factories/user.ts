import { randomBytes } from 'node:crypto'
import { authorize } from '#lib/core/authorize.ts'
import { parseEmail } from '#lib/core/canonical-email.ts'
import { createUser } from '#lib/people/users/create-user.ts'
import { contextFor, patActor, type TestClock } from '../helpers/context.ts'

/** Long, and made of nothing that a test's addresses or names hold. */
export const USER_PASSWORD = 'walnut bridge harbor copper'

interface MakeUser {
  email?: string
  /** Null: a user without one. */
  password?: string | null
  clock?: TestClock
  firstName?: string
  lastName?: string
}

/** A customer who can sign in. */
export async function makeUser(accountId: string, input: MakeUser = {}) {
  const email = input.email ?? `user-${randomBytes(6).toString('hex')}@example.com`
  const address = parseEmail(email)
  if (typeof address === 'string') throw new Error(`${email}: ${address}`)
  const password = input.password === null ? undefined : (input.password ?? USER_PASSWORD)
  const ctx = contextFor(patActor('user:write'), { accountId, ...(input.clock && { clock: input.clock }) })
  const user = await createUser(authorize(ctx, 'user:write'), {
    email: address,
    password,
    firstName: input.firstName ?? 'Grace',
    lastName: input.lastName ?? 'Hopper',
  })
  return { id: user.id, email, password: password ?? '' }
}
