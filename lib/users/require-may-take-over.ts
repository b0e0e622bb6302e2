import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'

/**
 * The one rule for whatever makes its caller able to act as a user: a reset token, a password, another address, a second
 * factor taken away. Who runs an organization or a reseller is taken over by no token, whatever its scopes: that is a decision
 * of a person, an operator or whoever holds the server.
 * @throws FORBIDDEN
 */
export function requireMayTakeOver(
  ctx: Ctx,
  user: { isOrganizationAdmin: boolean; isResellerAdmin: boolean },
): void {
  const { kind } = ctx.actor
  const isPerson = kind === 'operator' || kind === 'console'
  if (isPerson || !(user.isOrganizationAdmin || user.isResellerAdmin)) return
  throw new AppError(
    'FORBIDDEN',
    'Who runs an organization or a reseller can be given another password or address, or lose a second factor, in the dashboard only.',
  )
}
