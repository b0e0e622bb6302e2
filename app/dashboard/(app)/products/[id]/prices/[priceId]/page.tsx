import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Card } from '#app/_ui/card.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { templateChoices } from '#app/dashboard/_ui/choices.ts'
import { orNotFound } from '#app/dashboard/_ui/page-input.ts'
import { getPrice } from '#lib/catalog/prices/get-price.ts'
import { authorize } from '#lib/core/authorize.ts'
import { isId } from '#lib/core/ids.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'
import { updatePriceAction } from '../../../actions.ts'
import { PriceWords } from '../price-words.tsx'

export const metadata: Metadata = { title: 'Price' }

export default async function PricePage({ params }: { params: Promise<{ id: string; priceId: string }> }) {
  const ctx = await authorizeOperator('product:write')
  const { id: productId, priceId } = await params
  if (!isId(priceId)) notFound()
  const price = await orNotFound(getPrice(authorize(ctx, 'product:read'), priceId))
  if (price.productId !== productId) notFound()
  return (
    <>
      <PageHeader title={price.name} description={`A price of ${price.productName}`} />
      <Card>
        <ActionForm action={updatePriceAction} label="Price">
          <input type="hidden" name="id" value={price.id} />
          <input type="hidden" name="productId" value={productId} />
          <PriceWords price={price} templates={await templateChoices(ctx)} />
          <SubmitButton>Save</SubmitButton>
        </ActionForm>
      </Card>
    </>
  )
}
