import type { Metadata } from 'next'
import Link from 'next/link'
import { DateTime } from '#app/_ui/date-time.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Field, Select } from '#app/_ui/field.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { productChoices } from '#app/dashboard/_ui/choices.ts'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { FilterBar } from '#app/dashboard/_ui/filter-bar.tsx'
import { equals, listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { OrderStateBadge, Unproved } from '#app/dashboard/_ui/states.tsx'
import { listOrders } from '#lib/billing/orders/list-orders.ts'
import { formatMoney } from '#lib/catalog/prices/currency.ts'
import { isId } from '#lib/core/ids.ts'
import { listUnproved } from '#lib/people/users/list-unproved.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'

export const metadata: Metadata = { title: 'Orders' }

export default async function OrdersPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('order:read')
  const { page, values } = await readQuery(searchParams, 'query', 'productId')
  const { query, productId } = values
  const [orders, products] = await Promise.all([
    listOrders(
      ctx,
      listInput({
        page,
        query,
        filters: [isId(productId) ? equals('productId', productId) : undefined],
      }),
    ),
    productChoices(ctx),
  ])
  const unproved = await listUnproved(
    ctx,
    orders.items.map((order) => order.userId),
  )
  const filtered = query !== '' || productId !== ''
  return (
    <>
      <PageHeader title="Orders" />
      <FilterBar pathname="/dashboard/orders" label="Search orders" filtered={filtered}>
        <Field name="query" label="Email, product or id" type="search" defaultValue={query} />
        <Select
          name="productId"
          label="Product"
          defaultValue={productId}
          options={[{ value: '', label: 'All' }, ...products]}
        />
      </FilterBar>
      {orders.total === 0 ? (
        <EmptyState title={filtered ? 'No order matches' : 'No orders yet'}>
          {filtered
            ? 'Try other filters.'
            : 'An order appears as soon as a customer goes to the payment page.'}
        </EmptyState>
      ) : (
        <DataTable
          caption="Orders, newest first"
          rows={orders.items}
          columns={[
            [
              'Order',
              (order) => (
                <Link className="link whitespace-nowrap" href={`/dashboard/orders/${order.id}`}>
                  <DateTime iso={order.createdAt} />
                </Link>
              ),
            ],
            [
              'Customer',
              (order) => (
                <>
                  {order.userEmail ?? '(erased)'}
                  {order.userId && unproved.has(order.userId) && <Unproved />}
                </>
              ),
            ],
            ['Offer', (order) => `${order.productName}: ${order.priceName}`],
            ['State', (order) => <OrderStateBadge state={order.state} />],
            [
              'Amount',
              (order) => (
                <span className="whitespace-nowrap">
                  {formatMoney(order.amountTotal ?? order.unitAmount * order.quantity, order.currency)}
                </span>
              ),
            ],
            ['Licenses', (order) => order.licenseCount],
          ]}
        />
      )}
      <Pagination {...orders} pathname="/dashboard/orders" query={values} noun="orders" />
    </>
  )
}
