import { expect, type Locator, type Page } from '@playwright/test'
import { rememberSecret } from './run.ts'

/** The demo vendor's three offers, in the words of their buttons. */
const OFFERS = {
  perpetual: 'Buy Acme Sketch, Perpetual license',
  yearly: 'Buy Acme Studio, Yearly',
  monthly: 'Buy Acme Studio, Monthly',
}
export type OfferName = keyof typeof OFFERS

export const CARD = '4242 4242 4242 4242'
export const DECLINED_CARD = '4000 0000 0000 0002'

/** The Buy button of an offer on the catalogue page. */
export function buyButton(page: Page, offer: OfferName): Locator {
  return page.getByRole('button', { name: OFFERS[offer] })
}

/** From the catalogue to the hosted payment page; the browser must be signed in. */
export async function startCheckout(page: Page, offer: OfferName = 'perpetual'): Promise<void> {
  await page.goto('/')
  await buyButton(page, offer).click()
  await expect(page.getByRole('button', { name: 'Pay' })).toBeVisible()
}

/** Fills in and sends the hosted payment page. */
export async function pay(page: Page, card = CARD): Promise<void> {
  await page.getByLabel('Card number').fill(card)
  await page.getByLabel('Expiry').fill('12 / 40')
  await page.getByLabel('Security code').fill('123')
  await page.getByRole('button', { name: 'Pay' }).click()
}

/** The license key that the page shows, once it does. */
export async function shownKey(page: Page): Promise<string> {
  const code = page.getByRole('main').getByRole('code').first()
  await expect(code).toHaveText(/^\S{16,}$/)
  const key = (await code.textContent())?.trim() ?? ''
  rememberSecret('license key', key)
  return key
}

/** A whole purchase, from the catalogue to the key. */
export async function buy(page: Page, offer: OfferName = 'perpetual'): Promise<string> {
  await startCheckout(page, offer)
  await pay(page)
  return shownKey(page)
}
