import Link from 'next/link'
import { notFound } from 'next/navigation'
import { getOffer } from '#lib/catalog/offers/get-offer.ts'
import { authorize } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { visitorContext } from '#lib/web/sessions/request-facts.ts'
import { Alert } from '../../../_ui/alert.tsx'
import { OfferCard } from '../../_offers/offer-card.tsx'

interface OfferPageProps {
  params: Promise<{ priceId: string }>
  searchParams: Promise<{ cancelled?: string | string[] }>
}

export const metadata = { title: 'Buy' }

/** One offer at an address of its own, for links from elsewhere and for whoever leaves the payment page. */
export default async function OfferPage({ params, searchParams }: OfferPageProps) {
  const [{ priceId }, { cancelled }, ctx] = await Promise.all([params, searchParams, visitorContext()])
  const offer = await getOffer(authorize(ctx, 'public'), priceId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') notFound()
    throw error
  })
  return (
    <div className="mx-auto max-w-md space-y-5">
      <h1 className="text-2xl font-semibold tracking-tight">Buy {offer.productName}</h1>
      {!offer.canBeBought && <Alert>Nothing can be bought here at the moment. Please ask the vendor.</Alert>}
      {cancelled && <Alert>You left the payment page. Nothing was charged.</Alert>}
      <OfferCard offer={offer} returnTo={`/buy/${offer.priceId}`} />
      <p className="text-sm">
        <Link href="/" className="link">
          See all offers
        </Link>
      </p>
    </div>
  )
}
