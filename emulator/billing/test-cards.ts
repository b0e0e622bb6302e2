/** Stripe's test cards. Only a card's last four digits are ever kept, so behavior is looked up by them. */

export interface Decline {
  code: string
  declineCode: string
  message: string
}

interface TestCard {
  number: string
  brand: string
  decline?: Decline
  /** The bank asks the buyer to confirm. */
  authenticates?: true
  /** Works while the buyer is there, declines later. */
  declinesOffSession?: true
}

const DECLINED: Decline = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
}

const CARDS: TestCard[] = [
  { number: '4242424242424242', brand: 'visa' },
  { number: '5555555555554444', brand: 'mastercard' },
  { number: '4000000000000002', brand: 'visa', decline: DECLINED },
  {
    number: '4000000000009995',
    brand: 'visa',
    decline: {
      code: 'card_declined',
      declineCode: 'insufficient_funds',
      message: 'Your card has insufficient funds. Try a different card.',
    },
  },
  {
    number: '4000000000000069',
    brand: 'visa',
    decline: { code: 'expired_card', declineCode: 'expired_card', message: 'Your card has expired.' },
  },
  {
    number: '4000000000000127',
    brand: 'visa',
    decline: {
      code: 'incorrect_cvc',
      declineCode: 'incorrect_cvc',
      message: "Your card's security code is incorrect.",
    },
  },
  { number: '4000002500003155', brand: 'visa', authenticates: true },
  { number: '4000000000000341', brand: 'visa', declinesOffSession: true },
]

/** The brand of a test card's number, or undefined for any other number. */
export function brandOf(number: string): string | undefined {
  return CARDS.find((card) => card.number === number)?.brand
}

export function needsAuthentication(last4: string): boolean {
  return byLast4(last4)?.authenticates === true
}

/** Why the bank refuses to pay now, or undefined if it pays. `offSession`: the buyer isn't there. */
export function declineOf(last4: string, offSession: boolean): Decline | undefined {
  const card = byLast4(last4)
  return card?.decline ?? (offSession && card?.declinesOffSession ? DECLINED : undefined)
}

function byLast4(last4: string): TestCard | undefined {
  return CARDS.find((card) => card.number.endsWith(last4))
}
