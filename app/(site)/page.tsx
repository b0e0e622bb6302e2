import { listOffers } from '#lib/catalog/offers/list-offers.ts'
import { authorize } from '#lib/core/authorize.ts'
import { currentCustomer } from '#lib/web/sessions/customer.ts'
import { visitorContext } from '#lib/web/sessions/request-facts.ts'
import { Alert } from '../_ui/alert.tsx'
import { EmptyState } from '../_ui/empty-state.tsx'
import { PageHeader } from '../_ui/page-header.tsx'
import { OfferCard } from './_offers/offer-card.tsx'

interface CatalogueProps {
  searchParams: Promise<{ offer?: string | string[] }>
}

export default async function CataloguePage({ searchParams }: CatalogueProps) {
  const [{ offer: wantedId }, offers, customer] = await Promise.all([
    searchParams,
    visitorContext().then((ctx) => listOffers(authorize(ctx, 'public'))),
    currentCustomer(),
  ])
  const wanted = customer && offers.find((offer) => offer.priceId === wantedId && offer.canBeBought)
  const isClosed = offers.some((offer) => !offer.canBeBought)
  return (
    <>
      <PageHeader
        title="Licenses for your desktop"
        description="Pay, get your key at once, and activate. It also runs offline."
      />
      {isClosed && (
        <div className="mb-6">
          <Alert>Nothing can be bought here at the moment. Please ask the vendor.</Alert>
        </div>
      )}
      {wanted && (
        <div className="mb-6">
          <Alert tone="success">
            You are signed in. Press Buy to go on with {wanted.productName}, {wanted.name}.
          </Alert>
        </div>
      )}
      {offers.length === 0 ? (
        <EmptyState title="Nothing is on sale yet">Please come back later.</EmptyState>
      ) : (
        <div className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
          {offers.map((offer) => (
            <OfferCard
              key={offer.priceId}
              offer={offer}
              returnTo={`/?offer=${offer.priceId}`}
              isWanted={offer === wanted}
            />
          ))}
        </div>
      )}
    </>
  )
}
