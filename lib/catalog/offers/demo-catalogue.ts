import type { CreatePriceInput } from '../prices/price-input.ts'
import type { CreateTemplateInput } from '../templates/template-input.ts'

interface DemoProduct {
  name: string
  displayName: string
  description: string
  template: string
  prices: Omit<CreatePriceInput, 'productId'>[]
}

export const DEMO_VENDOR = 'Acme Tools'

const FOURTEEN_DAYS_SECONDS = 14 * 86_400

/** Both run 14 days without the server. A subscription made from the template by hand lasts a month; bought ones end as they are paid. */
export const DEMO_TEMPLATES: CreateTemplateInput[] = [
  {
    name: 'Acme desktop, 3 devices',
    allowedActivations: 3,
    subscriptionInterval: '',
    serverSyncInterval: 86_400,
    serverSyncGracePeriod: FOURTEEN_DAYS_SECONDS,
  },
  {
    name: 'Acme subscription, 3 devices',
    allowedActivations: 3,
    subscriptionInterval: 'P1M',
    serverSyncInterval: 86_400,
    serverSyncGracePeriod: FOURTEEN_DAYS_SECONDS,
  },
]

/** What the demo vendor sells: one perpetual license, one yearly and one monthly subscription. */
export const DEMO_PRODUCTS: DemoProduct[] = [
  {
    name: 'acme-sketch',
    displayName: 'Acme Sketch',
    description: 'Vector drawing for people who think in lines.',
    template: 'Acme desktop, 3 devices',
    prices: [
      {
        kind: 'one_time',
        name: 'Perpetual license',
        description: 'Pay once, use for good on three devices.',
        currency: 'usd',
        unitAmount: 7900,
        position: 1,
      },
    ],
  },
  {
    name: 'acme-studio',
    displayName: 'Acme Studio',
    description: 'Sketch, sound and video in one place.',
    template: 'Acme subscription, 3 devices',
    prices: [
      {
        kind: 'recurring',
        interval: 'year',
        name: 'Yearly',
        description: 'Every update for a year, on three devices.',
        currency: 'usd',
        unitAmount: 9900,
        position: 2,
      },
      {
        kind: 'recurring',
        interval: 'month',
        name: 'Monthly',
        description: 'Month by month, on three devices.',
        currency: 'usd',
        unitAmount: 1200,
        position: 3,
      },
    ],
  },
]
