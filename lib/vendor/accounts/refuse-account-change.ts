import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'

/**
 * Vendors do not sign up over the API, and have no plan to change: whoever runs the installation makes its accounts
 * (`docs/decisions`).
 * @throws ACCOUNT_MANAGED_BY_INSTALLATION, always
 */
export async function refuseAccountCreation(_ctx: Authorized<'public'>): Promise<never> {
  throw new AppError(
    'ACCOUNT_MANAGED_BY_INSTALLATION',
    'This installation serves its own vendor. Whoever runs it makes further accounts: latchkey account create.',
  )
}

/**
 * Status and plan of an account are not the vendor's to change here either.
 * @throws NOT_FOUND for another account, else ACCOUNT_MANAGED_BY_INSTALLATION
 */
export async function refuseAccountChange(ctx: Authorized<'account:write'>, id: string): Promise<never> {
  if (id !== ctx.accountId) throw notFound('account')
  throw new AppError(
    'ACCOUNT_MANAGED_BY_INSTALLATION',
    'Accounts of this installation are always active and have no plan.',
  )
}
