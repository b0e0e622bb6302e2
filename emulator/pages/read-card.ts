import type { CardInput } from '../billing/new-payment-method.ts'
import { brandOf } from '../billing/test-cards.ts'

export type CardForm = { card: CardInput; errors?: never } | { errors: Record<string, string> }

/** Reads the card fields. The number itself goes no further than this: brand and last four digits are all that leaves. */
export function readCard(form: URLSearchParams, now: Date): CardForm {
  const errors: Record<string, string> = {}
  const number = (form.get('card_number') ?? '').replaceAll(/[\s-]/g, '')
  const brand = brandOf(number)
  if (number === '') errors.card_number = 'Card number: enter the number on your card.'
  else if (!/^\d{13,19}$/.test(number)) errors.card_number = 'Card number: this is not a card number.'
  else if (!brand) {
    errors.card_number = 'Card number: this page takes test cards only, such as 4242 4242 4242 4242.'
  }
  const expiry = readExpiry(form.get('expiry') ?? '')
  if (!expiry) errors.expiry = 'Expiry: enter month and year, such as 12 / 34.'
  else if (Date.UTC(expiry.year, expiry.month) <= now.getTime())
    errors.expiry = 'Expiry: this card has expired.'
  if (!/^\d{3,4}$/.test((form.get('security_code') ?? '').trim())) {
    errors.security_code = 'Security code: enter the three or four digits on your card.'
  }
  if (Object.keys(errors).length > 0 || !brand || !expiry) return { errors }
  return { card: { brand, last4: number.slice(-4), expMonth: expiry.month, expYear: expiry.year } }
}

function readExpiry(text: string): { month: number; year: number } | undefined {
  const match = /^\s*(\d{1,2})\s*[/-]?\s*(\d{4}|\d{2})\s*$/.exec(text)
  const month = Number(match?.[1])
  const year = Number(match?.[2])
  if (!match || month < 1 || month > 12) return undefined
  return { month, year: year < 100 ? 2000 + year : year }
}
