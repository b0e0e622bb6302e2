import type { Metadata } from 'next'
import Link from 'next/link'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Field, Select } from '#app/_ui/field.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { productChoices } from '#app/dashboard/_ui/choices.ts'
import { FilterBar } from '#app/dashboard/_ui/filter-bar.tsx'
import { LicenseTable } from '#app/dashboard/_ui/license-table.tsx'
import { STATUS_OPTIONS } from '#app/dashboard/_ui/license-words.ts'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { equals, listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { isId } from '#lib/ids.ts'
import { KEY_PREFIX_LENGTH } from '#lib/licenses/license-key.ts'
import { listLicenses } from '#lib/licenses/list-licenses.ts'
import { LICENSE_STATUSES } from '#lib/licenses/status.ts'
import type { Filter } from '#lib/list/filter.ts'
import { authorizeOperator, operatorMay } from '#lib/session/operator.ts'

export const metadata: Metadata = { title: 'Licenses' }

const SORTS = [
  { value: '-createdAt', label: 'Newest first' },
  { value: 'createdAt', label: 'Oldest first' },
  { value: 'expiresAt', label: 'Expiring first' },
]

export default async function LicensesPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('license:read')
  const { page, values } = await readQuery(searchParams, 'key', 'email', 'productId', 'status', 'sort')
  const sort = SORTS.some(({ value }) => value === values.sort) ? values.sort : '-createdAt'
  const { sort: _sort, ...filters } = values
  const [licenses, products, mayWrite] = await Promise.all([
    listLicenses(
      ctx,
      listInput({
        page,
        sort,
        filters: [
          keyFilter(filters.key),
          filters.email ? { field: 'email', operator: 'cn', values: [filters.email] } : undefined,
          isId(filters.productId) ? equals('productId', filters.productId) : undefined,
          LICENSE_STATUSES.some((status) => status === filters.status)
            ? equals('status', filters.status)
            : undefined,
        ],
      }),
    ),
    productChoices(ctx),
    operatorMay('license:write'),
  ])
  const filtered = Object.values(filters).some(Boolean)
  return (
    <>
      <Notice searchParams={searchParams} texts={{ deleted: 'The license is deleted.' }} />
      <PageHeader
        title="Licenses"
        actions={
          mayWrite && (
            <Link className="btn btn-primary" href="/dashboard/licenses/new">
              New license
            </Link>
          )
        }
      />
      <FilterBar pathname="/dashboard/licenses" label="Search licenses" filtered={filtered}>
        <Field name="key" label="Key, or how it begins" type="search" defaultValue={filters.key} />
        <Field name="email" label="User’s email" type="search" defaultValue={filters.email} />
        <Select
          name="productId"
          label="Product"
          defaultValue={filters.productId}
          options={[{ value: '', label: 'All' }, ...products]}
        />
        <Select
          name="status"
          label="Status"
          defaultValue={filters.status}
          options={[{ value: '', label: 'All' }, ...STATUS_OPTIONS]}
        />
        <Select name="sort" label="Sort" defaultValue={sort} options={SORTS} />
      </FilterBar>
      {licenses.total === 0 ? (
        <EmptyState title={filtered ? 'No license matches' : 'No licenses yet'}>
          {filtered ? 'Try other filters.' : 'Purchases create them; you can also make one by hand.'}
        </EmptyState>
      ) : (
        <LicenseTable licenses={licenses.items} caption="Licenses" />
      )}
      <Pagination {...licenses} pathname="/dashboard/licenses" query={values} noun="licenses" />
    </>
  )
}

/** Keys are stored sealed: a few first characters, or the whole of it. */
function keyFilter(key: string): Filter | undefined {
  if (!key) return undefined
  return { field: 'key', operator: key.length <= KEY_PREFIX_LENGTH ? 'sw' : 'eq', values: [key] }
}
