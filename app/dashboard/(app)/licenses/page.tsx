import type { Metadata } from 'next'
import Link from 'next/link'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Field, Select } from '#app/_ui/field.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { productChoices } from '#app/dashboard/_ui/choices.ts'
import { ExportLink, FilterBar } from '#app/dashboard/_ui/filter-bar.tsx'
import { LICENSE_FILTERS, licenseSearch } from '#app/dashboard/_ui/license-query.ts'
import { LicenseTable } from '#app/dashboard/_ui/license-table.tsx'
import { STATUS_OPTIONS } from '#app/dashboard/_ui/license-words.ts'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { AppError } from '#lib/core/errors.ts'
import { Page } from '#lib/core/list/page.ts'
import type { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { listLicenses } from '#lib/licensing/licenses/list-licenses.ts'
import { listUnproved } from '#lib/people/users/list-unproved.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'

export const metadata: Metadata = { title: 'Licenses' }

const SORTS = [
  { value: '-createdAt', label: 'Newest first' },
  { value: 'createdAt', label: 'Oldest first' },
  { value: 'expiresAt', label: 'Expiring first' },
]

export default async function LicensesPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('license:read')
  const { page, values } = await readQuery(searchParams, ...LICENSE_FILTERS, 'sort')
  const sort = SORTS.some(({ value }) => value === values.sort) ? values.sort : '-createdAt'
  const { sort: _sort, ...filters } = values
  const [{ licenses, problem }, products, mayWrite] = await Promise.all([
    findLicenses(ctx, { ...listInput({ page, sort }), ...licenseSearch(filters) }),
    productChoices(ctx),
    operatorMay('license:write'),
  ])
  const unproved = await listUnproved(
    ctx,
    licenses.items.map((license) => license.user?.id),
  )
  const filtered = Object.values(filters).some(Boolean)
  return (
    <>
      <Notice searchParams={searchParams} texts={{ deleted: 'The license is deleted.' }} />
      <PageHeader
        title="Licenses"
        actions={
          <>
            {licenses.total > 0 && <ExportLink pathname="/dashboard/licenses" query={filters} />}
            {mayWrite && (
              <Link className="btn btn-primary" href="/dashboard/licenses/new">
                New license
              </Link>
            )}
          </>
        }
      />
      <FilterBar pathname="/dashboard/licenses" label="Search licenses" filtered={filtered}>
        <Field name="key" label="Key, its beginning or end" type="search" defaultValue={filters.key} />
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
          {problem ??
            (filtered ? 'Try other filters.' : 'Purchases create them; you can also make one by hand.')}
        </EmptyState>
      ) : (
        <LicenseTable licenses={licenses.items} unproved={unproved} caption="Licenses" />
      )}
      <Pagination {...licenses} pathname="/dashboard/licenses" query={values} noun="licenses" />
    </>
  )
}

/** The page's licenses. If the search cannot be answered: none, with the reason. */
async function findLicenses(...[ctx, input]: Parameters<typeof listLicenses>) {
  try {
    return { licenses: await listLicenses(ctx, input), problem: undefined }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'INVALID_INPUT') throw error
    const [reason = ''] = Object.values(error.fields ?? {})
    const licenses = new Page<LicenseDto>([], { total: 0, page: 1, limit: input.limit, next: null })
    return { licenses, problem: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.` }
  }
}
