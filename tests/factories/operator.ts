import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { operators, roles } from '#db/schema/operators.ts'
import { createOperator } from '#lib/access/operators/create-operator.ts'
import { authorize } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import type { Permission } from '#lib/core/permissions.ts'
import { consoleActor, contextFor, type TestClock } from '#tests/helpers/context.ts'

/** A strong password for people in tests. */
export const OPERATOR_PASSWORD = 'granite otter hums 47'

/** An operator of the account, an owner unless another role is named. */
export async function makeOperator(
  accountId: string,
  input: { email?: string; name?: string; password?: string; role?: string; clock?: TestClock } = {},
): Promise<{ id: string; email: string; password: string }> {
  const email = input.email ?? `operator-${randomBytes(4).toString('hex')}@acme.example`
  const password = input.password ?? OPERATOR_PASSWORD
  const ctx = authorize(
    contextFor(consoleActor, { accountId, ...(input.clock && { clock: input.clock }) }),
    'operator:write',
  )
  const { id } = await createOperator(ctx, {
    email,
    name: input.name ?? 'Olive Operator',
    password,
    ...(input.role && { role: input.role }),
  })
  return { id, email, password }
}

/** Takes an operator's access away. */
export async function disableOperator(id: string, at: Date): Promise<void> {
  await db().update(operators).set({ disabledAt: at }).where(eq(operators.id, id))
}

/** A role of the account's own. */
export async function makeRole(
  accountId: string,
  name: string,
  claims: Permission[],
): Promise<{ id: string }> {
  const at = new Date()
  const id = newId()
  await db().insert(roles).values({ accountId, id, name, claims, createdAt: at, updatedAt: at })
  return { id }
}
