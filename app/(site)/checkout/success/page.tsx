import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { LicenseKeyText } from '#app/_ui/license-parts.tsx'
import { isPending, type OrderStatus, orderStatus } from '#lib/billing/orders/order-status.ts'
import { AppError } from '#lib/core/errors.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'
import { Alert } from '../../../_ui/alert.tsx'
import { Card } from '../../../_ui/card.tsx'
import { CopyButton } from '../../../_ui/copy-button.tsx'
import { WatchOrder } from './watch-order.tsx'

export const metadata: Metadata = { title: 'Your order' }

interface SuccessPageProps {
  searchParams: Promise<{ session_id?: string | string[] }>
}

/** After the payment page. It signs nobody in and grants nothing: it shows the state of the signed-in customer's own order. */
export default async function SuccessPage({ searchParams }: SuccessPageProps) {
  const { session_id: sessionId } = await searchParams
  if (typeof sessionId !== 'string') notFound()
  const returnTo = `/checkout/success?session_id=${encodeURIComponent(sessionId)}`
  const ctx = await authorizeCustomer('me:read', { returnTo })
  const order = await orderStatus(ctx, sessionId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') notFound()
    throw error
  })
  return (
    <div className="mx-auto max-w-2xl space-y-5">
      <h1 className="text-2xl font-semibold tracking-tight">{TITLES[order.state]}</h1>
      {isPending(order.state) && <Waiting order={order} sessionId={sessionId} />}
      {order.state === 'ready' && <Ready order={order} />}
      {order.state === 'failed' && (
        <Alert tone="error">
          The payment did not go through, so no license was made. <BuyAgain priceId={order.priceId} />
        </Alert>
      )}
      {order.state === 'expired' && (
        <Alert tone="warning">
          The payment page expired before anything was paid. <BuyAgain priceId={order.priceId} />
        </Alert>
      )}
      {order.state === 'attention' && (
        <Alert tone="warning">
          A person has to check this payment. The vendor has been told; your license follows.
        </Alert>
      )}
    </div>
  )
}

const TITLES: Record<OrderStatus['state'], string> = {
  preparing: 'Your license is being prepared',
  unpaid: 'Waiting for your payment',
  processing: 'Your payment is being processed',
  ready: 'Thank you, your license is ready',
  failed: 'The payment failed',
  expired: 'This order has expired',
  attention: 'Your order is being checked',
}

const WAITING: Partial<Record<OrderStatus['state'], string>> = {
  preparing: 'This usually takes a moment. The key appears here by itself; we also mail it to you.',
  unpaid: 'We have not seen a payment for this order yet. As soon as it arrives, the key appears here.',
  processing:
    'Your payment method takes a few days. We mail you the key when the payment has arrived; do not pay again.',
}

function Waiting({ order, sessionId }: { order: OrderStatus; sessionId: string }) {
  return (
    <Card>
      <div className="flex items-center gap-3">
        <span className="loading loading-spinner" aria-hidden="true" />
        <p role="status">{WAITING[order.state]}</p>
      </div>
      <WatchOrder sessionId={sessionId} state={order.state} />
      <noscript>
        <meta httpEquiv="refresh" content="3" />
        <p className="mt-4 text-sm">
          This page looks again every few seconds.{' '}
          <a href={`/checkout/success?session_id=${encodeURIComponent(sessionId)}`} className="link">
            Look again now
          </a>
        </p>
      </noscript>
    </Card>
  )
}

function Ready({ order }: { order: OrderStatus }) {
  return (
    <>
      {order.licenses.map((license) => (
        <Card key={license.id} title={order.productName}>
          <p className="text-sm text-base-content/70">License key</p>
          <div className="mt-1 flex flex-wrap items-center gap-3">
            <LicenseKeyText license={license} className="rounded bg-base-200 px-3 py-2 break-all" />
            {!license.keyUnreadable && <CopyButton text={license.key} label="Copy key" />}
          </div>
          <p className="mt-4 text-sm">
            Open {order.productName}, choose to enter a license key, and paste it. We also mailed it to you.
          </p>
          <p className="mt-4">
            <Link href={`/me/licenses/${license.id}`} className="btn btn-primary btn-sm">
              See this license
            </Link>
          </p>
        </Card>
      ))}
    </>
  )
}

function BuyAgain({ priceId }: { priceId: string }) {
  return (
    <Link href={`/buy/${priceId}`} className="link">
      Try again
    </Link>
  )
}
