import type { Offer } from '#lib/catalog/offers/offer.ts'
import { formatMoney } from '#lib/catalog/prices/currency.ts'
import { ActionForm, SubmitButton } from '../../_ui/form.tsx'
import { buyAction } from './actions.ts'

interface OfferCardProps {
  offer: Offer
  /** Where a visitor who had to sign in comes back to. */
  returnTo: string
  /** The offer somebody wanted before signing in. */
  isWanted?: boolean
}

/** One offer with its price and *Buy*. */
export function OfferCard({ offer, returnTo, isWanted = false }: OfferCardProps) {
  const headingId = `offer-${offer.priceId}`
  return (
    <article
      aria-labelledby={headingId}
      className={`flex flex-col rounded-box border bg-base-100 p-6 shadow-xs ${isWanted ? 'border-primary' : 'border-base-300'}`}
    >
      <h2 id={headingId} className="text-lg font-semibold">
        {offer.productName}
        <span className="block text-sm font-normal text-base-content/70">{offer.name}</span>
      </h2>
      <p className="mt-4 text-3xl font-semibold tracking-tight">
        {formatMoney(offer.unitAmount, offer.currency)}
        <span className="block text-sm font-normal text-base-content/70">{rhythm(offer)}</span>
      </p>
      <div className="mt-4 mb-6 grow space-y-1 text-sm">
        {offer.productDescription && <p>{offer.productDescription}</p>}
        {offer.description && <p>{offer.description}</p>}
      </div>
      {offer.canBeBought ? (
        <ActionForm action={buyAction} label={`Buy ${offer.productName}, ${offer.name}`}>
          <input type="hidden" name="priceId" value={offer.priceId} />
          <input type="hidden" name="returnTo" value={returnTo} />
          <SubmitButton className="w-full">
            Buy
            <span className="sr-only">
              {' '}
              {offer.productName}, {offer.name}
            </span>
          </SubmitButton>
        </ActionForm>
      ) : (
        <p className="text-sm text-base-content/70">Not for sale here at the moment.</p>
      )}
    </article>
  )
}

/** How often it is paid: `once`, `per year`, `every 3 months`. */
function rhythm(offer: Offer): string {
  if (!offer.interval) return 'once, for good'
  return offer.intervalCount === 1
    ? `per ${offer.interval}`
    : `every ${offer.intervalCount} ${offer.interval}s`
}
