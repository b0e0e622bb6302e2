/**
 * Stripe's own table (https://docs.stripe.com/currencies): what is not named has two decimals. The emulator keeps its own copy, so
 * that a slip in the application's table shows here instead of being repeated.
 */
const DECIMALS: ReadonlyMap<string, number> = new Map(
  Object.entries<number>({
    ...{ BIF: 0, CLP: 0, DJF: 0, GNF: 0, JPY: 0, KMF: 0, KRW: 0, MGA: 0, PYG: 0, RWF: 0, VND: 0, VUV: 0 },
    ...{ XAF: 0, XOF: 0, XPF: 0 },
    ...{ BHD: 3, JOD: 3, KWD: 3, OMR: 3, TND: 3 },
  }),
)

/** Three-decimal amounts end in 0; ISK and UGX keep two decimals that are always 00. */
const STEPS: ReadonlyMap<string, number> = new Map(
  Object.entries<number>({
    BHD: 10,
    JOD: 10,
    KWD: 10,
    OMR: 10,
    TND: 10,
    ISK: 100,
    UGX: 100,
  }),
)

const KNOWN = new Set(Intl.supportedValuesOf('currency'))

/** Whether the code is one of a currency. */
export function isKnownCurrency(currency: string): boolean {
  return KNOWN.has(currency.toUpperCase())
}

/** Decimals of amounts in a currency, and what they must be divisible by. */
export function unitsOf(currency: string): { decimals: number; step: number } {
  const code = currency.toUpperCase()
  return { decimals: DECIMALS.get(code) ?? 2, step: STEPS.get(code) ?? 1 }
}
