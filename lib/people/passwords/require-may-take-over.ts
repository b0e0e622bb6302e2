import { permissionsOf } from '#lib/core/actor.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import type { Belonging } from '../users/belonging.ts'

/**
 * The rule for who may take over whom. Without `after` it covers everything that lets its caller act as the user: a reset token,
 * a password, another address, a second factor removed. No token may do that to an administrator of an organization or a
 * reseller, whatever its scopes. Operators and the console may.
 *
 * With `after` it covers who becomes or ceases to be an administrator, also by being moved or deleted (`NOWHERE`). That needs the
 * scope to write organizations or resellers. Otherwise `user:write` alone could take the protection away first.
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
