import { z } from 'zod'
import { id, int, NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { readsFields } from '#lib/core/input/secret.ts'
import { amountText, currencyUnits, isCurrency, parseAmount } from './currency.ts'

const currency = z
  .string('a currency is expected')
  .trim()
  .toLowerCase()
  .refine(isCurrency, 'a currency code such as EUR or USD is expected')

/** Amount, currency and rhythm of a price: fixed once it was published, because the payment provider keeps them fixed. */
const terms = {
  kind: z.enum(['one_time', 'recurring'], 'one_time or recurring is expected'),
  interval: z.enum(['month', 'year'], 'month or year is expected').nullish(),
  intervalCount: optionalField(int({ min: 1, max: 12 })),
  currency,
  /** As the payment provider counts it. */
  unitAmount: int({ min: 0 }),
  fulfillment: optionalField(z.enum(['seats', 'keys'])),
}

/** What may change at any time. */
const words = {
  name: text(NAME_LENGTH, 1),
  description: text(500),
  licenseTemplateId: z.preprocess((value) => (value === '' ? null : value), id().nullish()),
  position: optionalField(int({ min: 0, max: 1000 })),
}

export const CreatePriceInput = z
  .object({ productId: id(), ...terms, ...words })
  .refine((price) => (price.kind === 'recurring') === Boolean(price.interval), {
    path: ['interval'],
    error: 'a recurring price needs one, a one-time price has none',
  })
  .superRefine(({ unitAmount, currency }, refinement) => {
    const { step } = currencyUnits(currency)
    if (unitAmount % step === 0) return
    const message = `the payment provider takes amounts such as ${amountText(4900, currency)} ${currency.toUpperCase()} only`
    refinement.addIssue({ code: 'custom', path: ['unitAmount'], message })
  })
export type CreatePriceInput = z.output<typeof CreatePriceInput>

export const UpdatePriceInput = z.object(words).partial()
export type UpdatePriceInput = z.output<typeof UpdatePriceInput>

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
