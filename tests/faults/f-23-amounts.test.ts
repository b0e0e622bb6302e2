import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OfferCard } from '#app/(site)/_offers/offer-card.tsx'
import { unitsOf } from '#emulator/billing/currencies.ts'
import { formatAmount } from '#emulator/pages/format.ts'
import { publishPrice } from '#lib/billing/checkout/publish-price.ts'
import { stripe } from '#lib/billing/stripe-client.ts'
import { listOffers } from '#lib/catalog/offers/list-offers.ts'
import { createPrice } from '#lib/catalog/prices/create-price.ts'
import { currencyUnits, formatMoney } from '#lib/catalog/prices/currency.ts'
import { listPrices } from '#lib/catalog/prices/list-prices.ts'
import { NewPriceForm } from '#lib/catalog/prices/price-input.ts'
import { authorize } from '#lib/core/authorize.ts'
import { parseInput } from '#lib/core/input/input.ts'
import { type BillingWorld, startBillingWorld } from '#tests/helpers/billing-world.ts'
import { contextFor, operatorActor, visitorActor } from '#tests/helpers/context.ts'

const root = join(import.meta.dirname, '../..')

let world: BillingWorld
let productId: string

beforeAll(async () => {
  world = await startBillingWorld()
  const [offer] = await listOffers(
    authorize(contextFor(visitorActor, { accountId: world.accountId }), 'public'),
  )
  if (!offer) throw new Error('nothing is on sale')
  productId = offer.productId
})
afterAll(() => world.close())

const operator = () => contextFor(operatorActor(), { accountId: world.accountId })
const writing = () => authorize(operator(), 'product:write')

/** A price as an operator types it into the form, until it is on sale. */
async function sell(text: string, currency: string) {
  const form = {
    productId,
    name: `${text} ${currency}`,
    description: '',
    sold: 'one_time',
    fulfillment: 'seats',
  }
  const price = await createPrice(
    writing(),
    parseInput(NewPriceForm, { ...form, unitAmount: text, currency }),
  )
  return publishPrice(writing(), price.id)
}

/** Numbers of a page: signs, letters and the spaces between them differ by currency. */
const digitsOf = (text: string) => text.replace(/[^\d.]/g, '')

describe('F-23: an amount is the same one as typed, at the payment provider and on every page', () => {
  test.each([
    ['4900', 'HUF', 490_000, '4900.00'],
    ['1234.56', 'HUF', 123_456, '1234.56'],
    ['490', 'TWD', 49_000, '490.00'],
    ['150000', 'IDR', 15_000_000, '150000.00'],
    ['99000', 'COP', 9_900_000, '99000.00'],
    ['49.90', 'EUR', 4990, '49.90'],
    ['5000', 'JPY', 5000, '5000'],
    ['5000', 'KRW', 5000, '5000'],
    ['5000', 'MGA', 5000, '5000'],
    ['5000', 'CLP', 5000, '5000'],
    ['4900', 'ISK', 490_000, '4900'],
    ['18000', 'UGX', 1_800_000, '18000'],
    ['5.12', 'KWD', 5120, '5.120'],
    ['49,5', 'TND', 49_500, '49.500'],
  ])('“%s” %s is sent as %i and shown as %s', async (text, currency, sent, shown) => {
    const price = await sell(text, currency)
    const atProvider = await stripe().prices.retrieve(price.stripePriceId ?? '')
    expect(atProvider).toMatchObject({ unit_amount: sent, currency: currency.toLowerCase() })

    const visitor = contextFor(visitorActor, { accountId: world.accountId })
    const offers = await listOffers(authorize(visitor, 'public'))
    const offer = offers.find(({ priceId }) => priceId === price.id)
    if (!offer) throw new Error('not on sale')
    const card = renderToStaticMarkup(createElement(OfferCard, { offer, returnTo: '/' }))
    expect(digitsOf(card.match(/text-3xl[^>]*>([^<]*)</)?.[1] ?? '')).toBe(shown)

    const { url } = await world.checkout(await world.customer(), price.id)
    const page = await (await fetch(url)).text()
    expect(digitsOf(page.match(/class="amount">([^<]*)</)?.[1] ?? '')).toBe(shown)
  })

  test.each([
    ['5.124', 'KWD'],
    ['49.50', 'ISK'],
    ['49.50', 'JPY'],
    ['1.2345', 'BHD'],
    ['490.505', 'HUF'],
    ['49', 'XYZ'],
  ])('“%s” %s is refused, naming the field, and makes no price', async (text, currency) => {
    const before = await listPrices(authorize(operator(), 'product:read'), { productId })
    await expect(sell(text, currency)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: { [currency === 'XYZ' ? 'currency' : 'unitAmount']: expect.any(String) },
    })
    expect(await listPrices(authorize(operator(), 'product:read'), { productId })).toEqual(before)
  })

  test.each([
    ['kwd', 5124],
    ['ugx', 4950],
    ['isk', 1],
    ['xyz', 4900],
  ])('the emulator refuses %s %i, as the provider does', async (currency, amount) => {
    const made = stripe().prices.create({ product_data: { name: 'Odd' }, currency, unit_amount: amount })
    await expect(made).rejects.toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
  })

  test('a price that was made at an older table shows what is charged for it', () => {
    expect(digitsOf(formatMoney(4900, 'huf'))).toBe('49.00')
  })

  test('the table of the emulator, which knows nothing of the application’s, says the same of every currency', () => {
    for (const code of Intl.supportedValuesOf('currency')) {
      const { decimals, step } = currencyUnits(code)
      expect(unitsOf(code), code).toEqual({ decimals, step })
      expect(formatAmount(490_000, code), code).toBe(formatMoney(490_000, code, 'en-US'))
    }
  })

  test('nothing else in the tree formats money', async () => {
    const files: string[] = []
    for await (const file of glob('{app,lib,server,bin,sdk,examples,emulator,db}/**/*.{ts,tsx}', {
      cwd: root,
    })) {
      const text = await readFile(join(root, file), 'utf8')
      if (/style: 'currency'|unitAmount \/|unit_amount \/|amountTotal \/|amount_total \//.test(text))
        files.push(file)
    }
    expect(files.sort()).toEqual(['emulator/pages/format.ts', 'lib/catalog/prices/currency.ts'])
  })
})
