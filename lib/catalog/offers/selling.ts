import type { Ctx } from '#lib/core/context.ts'
import { env } from '#lib/core/env.ts'
import { AppError } from '#lib/core/errors.ts'
import { findFirstAccount } from '#lib/vendor/accounts/first-account.ts'

/**
 * Whether a payment in this account would be taken note of and delivered: payments are on, and the account is the one that
 * the provider's settings serve. The events of any other would find no order.
 */
export async function canSell(ctx: Pick<Ctx, 'db' | 'accountId'>): Promise<boolean> {
  const { BILLING_MODE, STRIPE_SECRET_KEY } = env()
  if (BILLING_MODE === 'off' || !STRIPE_SECRET_KEY) return false
  return (await findFirstAccount(ctx.db)) === ctx.accountId
}

/** @throws BILLING_OFF where nothing that is paid would be delivered */
export async function requireSelling(ctx: Pick<Ctx, 'db' | 'accountId'>): Promise<void> {
  if (await canSell(ctx)) return
  throw new AppError(
    'BILLING_OFF',
    'Nothing can be sold here: the payment provider of this installation does not serve this vendor.',
  )
}
