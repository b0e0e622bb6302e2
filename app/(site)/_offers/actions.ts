'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { startCheckout } from '#lib/billing/checkout/start-checkout.ts'
import { authorize } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { id } from '#lib/core/input/fields.ts'
import { readWebAddress } from '#lib/core/web-address.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'
import { safeReturnTo, withReturnTo } from '#lib/web/sessions/return-to.ts'

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
