import type { Metadata } from 'next'
import Link from 'next/link'
import { DateTime } from '#app/_ui/date-time.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { listProducts } from '#lib/catalog/products/list-products.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'

export const metadata: Metadata = { title: 'Products' }

export default async function ProductsPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('product:read')
  const { page } = await readQuery(searchParams)
  const [products, mayWrite] = await Promise.all([
    listProducts(ctx, listInput({ page, sort: 'name' })),
    operatorMay('product:write'),
  ])
  return (
    <>
      <Notice searchParams={searchParams} texts={{ deleted: 'The product is deleted.' }} />
      <PageHeader
        title="Products"
        actions={
          mayWrite && (
            <Link className="btn btn-primary" href="/dashboard/products/new">
              New product
            </Link>
          )
        }
      />
      {products.total === 0 ? (
        <EmptyState title="No products yet">A product is what licenses are for.</EmptyState>
      ) : (
        <DataTable
          caption="Products"
          rows={products.items}
          columns={[
            [
              'Name',
              (product) => (
                <Link className="link font-medium" href={`/dashboard/products/${product.id}`}>
                  {product.displayName}
                </Link>
              ),
            ],
            ['Internal name', (product) => product.name],
            [
              'Licenses',
              (product) => (
                <Link className="link" href={`/dashboard/licenses?productId=${product.id}`}>
                  {product.totalLicenses}
                </Link>
              ),
            ],
            ['Created', (product) => <DateTime iso={product.createdAt} dateOnly />],
          ]}
        />
      )}
      <Pagination {...products} pathname="/dashboard/products" noun="products" />
    </>
  )
}
