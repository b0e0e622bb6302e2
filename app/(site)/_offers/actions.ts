'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { authorize } from '#lib/auth/authorize.ts'
import { startCheckout } from '#lib/billing/start-checkout.ts'
import { AppError } from '#lib/errors.ts'
import { defineAction } from '#lib/forms/define-action.ts'
import { id } from '#lib/http/fields.ts'
import { safeReturnTo, withReturnTo } from '#lib/session/return-to.ts'
import { readWebAddress } from '#lib/web-address.ts'

/** *Buy*: a visitor goes to register first and comes back to the offer, a customer goes to the payment page. */
export const buyAction = defineAction(
  { area: 'customer', permission: 'public', schema: z.object({ priceId: id(), returnTo: z.string() }) },
  async (ctx, { priceId, returnTo }) => {
    if (ctx.actor.kind === 'visitor') redirect(withReturnTo('/register', safeReturnTo(returnTo, '/')))
    const { url } = await startCheckout(authorize(ctx, 'me:buy'), { priceId })
    const page = readWebAddress(url)
    if (!page)
      throw new AppError('PAYMENT_PROVIDER_UNAVAILABLE', 'The payment page cannot be opened right now.')
    redirect(page.href)
  },
)
