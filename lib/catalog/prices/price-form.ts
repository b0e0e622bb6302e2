import { z } from 'zod'
import { readsFields } from '#lib/core/input/secret.ts'
import { amountText, isCurrency, parseAmount } from './currency.ts'
import { CreatePriceInput } from './price-input.ts'

const priceOfForm = z.preprocess((form, refinement) => {
  if (typeof form !== 'object' || form === null) return form
  const { sold, ...price }: Record<string, unknown> = { ...form }
  const recurring = sold === 'month' || sold === 'year'
  const currency = String(price.currency ?? '').trim()
  const unitAmount = parseAmount(String(price.unitAmount ?? ''), currency)
  if (unitAmount === undefined && isCurrency(currency)) {
    const message = `an amount in ${currency.toUpperCase()}, such as ${amountText(4900, currency)}, is expected`
    refinement.addIssue({ code: 'custom', path: ['unitAmount'], message })
    return z.NEVER
  }
  return {
    ...price,
    kind: recurring ? 'recurring' : sold,
    interval: recurring ? sold : null,
    unitAmount: unitAmount ?? 0,
  }
}, CreatePriceInput)

/** A new price as a form sends it: `sold` for kind and interval together, and the amount as people write it. */
export const NewPriceForm = readsFields(['sold'], priceOfForm)
