import { blank } from '../contract/blank.ts'
import type { Interval, Price } from '../documents/catalogue.ts'
import type { Metadata } from '../documents/document.ts'
import { invalidParam } from '../http/errors.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'
import { isKnownCurrency, unitsOf } from './currencies.ts'

interface PriceInput {
  active?: boolean
  currency: string
  lookup_key?: string | null
  metadata?: Metadata
  nickname?: string | null
  recurring?:
    | { interval: string; interval_count?: number; trial_period_days?: number; usage_type?: string }
    | undefined
  tax_behavior?: string
  unit_amount?: number | undefined
  unit_amount_decimal?: string | undefined
}

const INTERVALS: readonly string[] = ['day', 'week', 'month', 'year'] satisfies Interval[]
const MAX_AMOUNT = 99_999_999
/** Stripe allows periods up to three years. */
const MAX_COUNT: ReadonlyMap<string, number> = new Map(
  Object.entries<number>({ day: 1095, week: 156, month: 36, year: 3 }),
)

/** @throws ApiError 400 for a missing, doubled or negative amount, an unknown currency or too long a period */
export async function newPrice(work: Work, product: string, input: PriceInput): Promise<Price> {
  if (!isKnownCurrency(input.currency)) throw invalidParam(`Invalid currency: ${input.currency}`, 'currency')
  const amount = readAmount(input)
  const price: Price = {
    ...blank('Price'),
    id: work.newId('price'),
    object: 'price',
    active: input.active ?? true,
    billing_scheme: 'per_unit',
    created: work.now,
    currency: input.currency.toLowerCase(),
    lookup_key: input.lookup_key ?? null,
    metadata: input.metadata ?? {},
    nickname: input.nickname ?? null,
    product,
    recurring: readRecurring(input.recurring),
    tax_behavior: input.tax_behavior ?? 'unspecified',
    type: input.recurring ? 'recurring' : 'one_time',
    ...amount,
  }
  await work.db.put('price', price)
  await emit(work, 'price.created', price)
  return price
}

function readAmount(input: PriceInput): Pick<Price, 'unit_amount' | 'unit_amount_decimal'> {
  const { unit_amount: whole, unit_amount_decimal: decimal } = input
  if ((whole === undefined) === (decimal === undefined)) {
    throw invalidParam(
      'Specify exactly one of unit_amount and unit_amount_decimal.',
      'unit_amount',
      'parameter_missing',
    )
  }
  const value = Number(whole ?? decimal)
  if (value < 0) throw invalidParam('This value must be greater than or equal to 0.', 'unit_amount')
  if (value > MAX_AMOUNT)
    throw invalidParam(`Amount must be no more than ${MAX_AMOUNT}`, 'unit_amount', 'amount_too_large')
  const { step } = unitsOf(input.currency)
  if (step > 1 && value % step !== 0) {
    throw invalidParam(
      `Invalid amount: amounts in ${input.currency.toUpperCase()} must be divisible by ${step}.`,
      'unit_amount',
    )
  }
  return { unit_amount: Number.isInteger(value) ? value : null, unit_amount_decimal: String(value) }
}

function readRecurring(input: PriceInput['recurring']): Price['recurring'] {
  if (!input) return null
  const count = input.interval_count ?? 1
  if (input.usage_type === 'metered')
    throw invalidParam('The emulator has no metered prices.', 'recurring[usage_type]')
  if (!INTERVALS.includes(input.interval) || count < 1 || count > (MAX_COUNT.get(input.interval) ?? 0)) {
    throw invalidParam('Invalid recurring interval.', 'recurring[interval_count]')
  }
  return {
    interval: input.interval as Interval,
    interval_count: count,
    meter: null,
    trial_period_days: input.trial_period_days ?? null,
    usage_type: 'licensed',
  }
}
