import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { Field, Select } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { templateChoices } from '#app/dashboard/_ui/choices.ts'
import { type IdParams, orNotFound, readId } from '#app/dashboard/_ui/page-input.ts'
import { getProduct } from '#lib/catalog/products/get-product.ts'
import { authorize } from '#lib/core/authorize.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'
import { createPriceAction } from '../../../actions.ts'
import { PriceWords } from '../price-words.tsx'

export const metadata: Metadata = { title: 'New price' }

export default async function NewPricePage({ params }: { params: IdParams }) {
  const ctx = await authorizeOperator('product:write')
  const reading = authorize(ctx, 'product:read')
  const product = await orNotFound(getProduct(reading, await readId(params)))
  return (
    <>
      <PageHeader
        title={`New price for ${product.displayName}`}
        description="A draft until you publish it."
      />
      <Card>
        <ActionForm action={createPriceAction} label="New price">
          <input type="hidden" name="productId" value={product.id} />
          <PriceWords templates={await templateChoices(ctx)} />
          <div className="grid gap-4 sm:grid-cols-2">
            <Select
              name="sold"
              label="Sold"
              options={[
                { value: 'one_time', label: 'Once' },
                { value: 'month', label: 'Monthly, as a subscription' },
                { value: 'year', label: 'Yearly, as a subscription' },
              ]}
            />
            <Select
              name="fulfillment"
              label="Several at once mean"
              options={[
                { value: 'seats', label: 'one license with more devices' },
                { value: 'keys', label: 'a license each' },
              ]}
            />
            <Field
              name="unitAmount"
              label="Amount"
              inputMode="decimal"
              placeholder="49.00"
              required
              hint="It cannot be changed later: make another price and archive this one."
            />
            <Field name="currency" label="Currency" defaultValue="EUR" required maxLength={3} />
          </div>
          <div className="flex gap-2">
            <SubmitButton>Create price</SubmitButton>
            <Link className="btn btn-ghost" href={`/dashboard/products/${product.id}`}>
              Cancel
            </Link>
          </div>
        </ActionForm>
      </Card>
    </>
  )
}
