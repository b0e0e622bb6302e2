import Link from 'next/link'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Card } from '#app/_ui/card.tsx'
import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { formatMoney } from '#lib/catalog/prices/currency.ts'
import { listPrices } from '#lib/catalog/prices/list-prices.ts'
import type { PriceDto } from '#lib/catalog/prices/price-dto.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { archivePriceAction, publishPriceAction, restorePriceAction } from '../actions.ts'

/** What a product is sold for, and what can be done with each price. */
export async function PriceList({
  ctx,
  productId,
  mayWrite,
}: {
  ctx: Authorized<'product:read'>
  productId: string
  mayWrite: boolean
}) {
  const prices = await listPrices(ctx, { productId })
  const base = `/dashboard/products/${productId}/prices`
  return (
    <Card
      title="Prices"
      actions={
        mayWrite && (
          <Link className="btn btn-sm" href={`${base}/new`}>
            New price
          </Link>
        )
      }
    >
      {prices.length === 0 ? (
        <p className="text-base-content/70">None: this product is not for sale.</p>
      ) : (
        <DataTable
          caption="Prices of this product, in the order they are offered"
          rows={prices}
          columns={[
            [
              'Name',
              (price) =>
                mayWrite ? (
                  <Link className="link font-medium" href={`${base}/${price.id}`}>
                    {price.name}
                  </Link>
                ) : (
                  price.name
                ),
            ],
            ['Amount', (price) => <span className="whitespace-nowrap">{amountOf(price)}</span>],
            ['State', (price) => <StatusBadge status={price.state} />],
            ['Actions', (price) => mayWrite && <PriceActions price={price} />],
          ]}
        />
      )}
    </Card>
  )
}

function amountOf(price: PriceDto): string {
  const amount = formatMoney(price.unitAmount, price.currency)
  if (!price.interval) return `${amount} once`
  return price.intervalCount === 1
    ? `${amount} a ${price.interval}`
    : `${amount} every ${price.intervalCount} ${price.interval}s`
}

function PriceActions({ price }: { price: PriceDto }) {
  const ids = (
    <>
      <input type="hidden" name="id" value={price.id} />
      <input type="hidden" name="productId" value={price.productId} />
    </>
  )
  if (price.state === 'archived') {
    return (
      <ActionForm action={restorePriceAction}>
        {ids}
        <SubmitButton tone="neutral" size="sm">
          Restore
        </SubmitButton>
      </ActionForm>
    )
  }
  return (
    <div className="flex flex-wrap gap-2">
      {price.state === 'draft' && (
        <ActionForm action={publishPriceAction}>
          {ids}
          <SubmitButton size="sm">Publish</SubmitButton>
        </ActionForm>
      )}
      <ConfirmButton
        key={price.state}
        id={`archive-${price.id}`}
        label="Archive"
        ariaLabel={`Archive ${price.name}`}
        title={`Archive “${price.name}”?`}
      >
        <p>It is not offered any more. Running subscriptions go on as they are.</p>
        <ActionForm action={archivePriceAction}>
          {ids}
          <SubmitButton tone="error">Archive price</SubmitButton>
        </ActionForm>
      </ConfirmButton>
    </div>
  )
}
