import { operators } from '#db/schema/operators.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'

/** An operator about to be written: password already hashed, because hashing must not hold a lock. */
export interface OperatorDraft {
  email: string
  emailCanonical: string
  name: string
  passwordHash: string
  role: { id: string; name: string }
}

/**
 * Writes the operator and its audit event. Runs inside `inTransaction`; permission is the calling verb's.
 * @throws EMAIL_TAKEN
 */
export async function insertOperator(ctx: Ctx, draft: OperatorDraft): Promise<{ id: string }> {
  const at = ctx.clock.now()
  const id = newId()
  const written = await ctx.db
    .insert(operators)
    .values({
      accountId: ctx.accountId,
      id,
      roleId: draft.role.id,
      email: draft.email,
      emailCanonical: draft.emailCanonical,
      name: draft.name,
      passwordHash: draft.passwordHash,
      createdAt: at,
      updatedAt: at,
    })
    .onConflictDoNothing()
    .returning({ id: operators.id })
  if (written.length === 0) {
    const message = 'There is already an operator with that email.'
    throw new AppError('EMAIL_TAKEN', message, { fields: { email: message } })
  }
  recordEvent(ctx, {
    event: 'operator.created',
    resource: 'operator',
    resourceId: id,
    changes: { role: draft.role.name },
  })
  return { id }
}
