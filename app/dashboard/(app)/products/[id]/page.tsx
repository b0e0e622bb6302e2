import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { CopyButton } from '#app/_ui/copy-button.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { templateChoices } from '#app/dashboard/_ui/choices.ts'
import { Facts } from '#app/dashboard/_ui/facts.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { type IdParams, orNotFound, readId, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { getProduct } from '#lib/catalog/products/get-product.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'
import { deleteProductAction, updateProductAction } from '../actions.ts'
import { ProductFields } from '../product-fields.tsx'
import { AccountKeys } from './account-keys.tsx'
import { PriceList } from './price-list.tsx'

export const metadata: Metadata = { title: 'Product' }

const NOTICES = {
  created: 'The product is created.',
  saved: 'The changes are saved.',
  'price-created': 'The price is created as a draft. Publish it to put it on sale.',
  'price-saved': 'The price is saved.',
  'price-published': 'The price is on sale.',
  'price-archived': 'The price is not on sale any more.',
  'price-restored': 'The price is restored.',
}

export default async function ProductPage({
  params,
  searchParams,
}: {
  params: IdParams
  searchParams: SearchParams
}) {
  const ctx = await authorizeOperator('product:read')
  const product = await orNotFound(getProduct(ctx, await readId(params)))
  const [templates, mayWrite] = await Promise.all([templateChoices(ctx), operatorMay('product:write')])
  return (
    <>
      <Notice searchParams={searchParams} texts={NOTICES} />
      <PageHeader
        title={product.displayName}
        description={product.description || 'Product'}
        actions={
          mayWrite && (
            <ConfirmButton
              id="delete"
              label="Delete…"
              title={`Delete “${product.displayName}”?`}
              className="btn"
            >
              <p>Only a product without licenses and prices can be deleted. Its signing keys go with it.</p>
              <ActionForm action={deleteProductAction}>
                <input type="hidden" name="id" value={product.id} />
                <SubmitButton tone="error">Delete product</SubmitButton>
              </ActionForm>
            </ConfirmButton>
          )
        }
      />
      <div className="space-y-6">
        <Card>
          <Facts
            items={[
              ['Product id', <code key="id">{product.id}</code>],
              [
                'Licenses',
                <Link key="licenses" className="link" href={`/dashboard/licenses?productId=${product.id}`}>
                  {product.totalLicenses}
                </Link>,
              ],
            ]}
          />
        </Card>
        <PriceList ctx={ctx} productId={product.id} mayWrite={mayWrite} />
        <Card title="Public key" actions={<CopyButton text={product.publicKey} label="Copy key" />}>
          <p className="mb-3 text-base-content/70">
            Applications embed it, together with the product id, and verify activations with it, also offline.
          </p>
          <pre className="overflow-x-auto rounded-field bg-base-200 p-3 text-xs">{product.publicKey}</pre>
        </Card>
        <AccountKeys ctx={ctx} />
        {mayWrite && (
          <Card title="Edit">
            <ActionForm action={updateProductAction} label="Edit product">
              <input type="hidden" name="id" value={product.id} />
              <ProductFields product={product} templates={templates} />
              <SubmitButton>Save</SubmitButton>
            </ActionForm>
          </Card>
        )}
      </div>
    </>
  )
}
