import { permissionsOf } from '#lib/core/actor.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import type { Belonging } from '../users/belonging.ts'

/**
 * The one rule for who may take over whom. Without `after` it is about whatever makes its caller able to act as the user: a
 * reset token, a password, another address, a second factor taken away. Who runs an organization or a reseller is taken over
 * by no token, whatever its scopes: that is a decision of a person, an operator or whoever holds the server.
 *
 * With `after` it is about who runs what: a user who begins or ceases to run an organization or a reseller, also by being moved or
 * deleted, which `NOWHERE` stands for. That is for who may write organizations or resellers: otherwise users alone would
 * be enough to take the protection away first, or to make oneself an administrator.
 * @throws FORBIDDEN without `after`, INSUFFICIENT_SCOPE naming what is missing with it
 */
export function requireMayTakeOver(ctx: Ctx, user: Belonging, after?: Belonging): void {
  const { kind } = ctx.actor
  if (kind === 'operator' || kind === 'console') return
  if (after) {
    if (organizationRunBy(user) !== organizationRunBy(after)) requireScope(ctx, 'organization:write')
    if (resellerRunBy(user) !== resellerRunBy(after)) requireScope(ctx, 'reseller:write')
    return
  }
  if (!(user.isOrganizationAdmin || user.isResellerAdmin)) return
  throw new AppError(
    'FORBIDDEN',
    'Who runs an organization or a reseller can be given another password or address, or lose a second factor, in the dashboard only.',
  )
}

/** Whether the change makes the user an administrator of something new. */
export function isAppointed(before: Belonging, after: Belonging): boolean {
  return (
    (after.isOrganizationAdmin && organizationRunBy(before) !== organizationRunBy(after)) ||
    (after.isResellerAdmin && resellerRunBy(before) !== resellerRunBy(after))
  )
}

/** Undefined for a user who administers nothing. An administrator without an organization or reseller is a case of its own. */
const organizationRunBy = (user: Belonging) => (user.isOrganizationAdmin ? user.organizationId : undefined)
const resellerRunBy = (user: Belonging) => (user.isResellerAdmin ? user.resellerId : undefined)

function requireScope(ctx: Ctx, scope: 'organization:write' | 'reseller:write'): void {
  if (permissionsOf(ctx.actor).has(scope)) return
  throw new AppError(
    'INSUFFICIENT_SCOPE',
    `You don't have the required permissions: who runs an organization or a reseller is changed or deleted with "${scope}" too. Please contact your admin.`,
  )
}
