import type { Metadata } from 'next'
import Link from 'next/link'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Field, Select } from '#app/_ui/field.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { productChoices } from '#app/dashboard/_ui/choices.ts'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { FilterBar } from '#app/dashboard/_ui/filter-bar.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { equals, listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { isId } from '#lib/core/ids.ts'
import { listReleases } from '#lib/licensing/releases/list-releases.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'

export const metadata: Metadata = { title: 'Releases' }

const STATES = [
  { value: '', label: 'All' },
  { value: 'published', label: 'Published' },
  { value: 'draft', label: 'Drafts' },
]

export default async function ReleasesPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('release:read')
  const { page, values } = await readQuery(searchParams, 'query', 'productId', 'channel', 'state')
  const [releases, products, mayWrite] = await Promise.all([
    listReleases(
      ctx,
      listInput({
        page,
        query: values.query,
        filters: [
          isId(values.productId) ? equals('productId', values.productId) : undefined,
          equals('channel', values.channel),
          values.state === 'published' || values.state === 'draft'
            ? { field: 'published', operator: 'eq', values: [values.state === 'published'] }
            : undefined,
        ],
      }),
    ),
    productChoices(ctx),
    operatorMay('release:write'),
  ])
  const productNames = new Map(products.map(({ value, label }) => [value, label]))
  const filtered = Object.values(values).some(Boolean)
  return (
    <>
      <Notice searchParams={searchParams} texts={{ deleted: 'The release is deleted.' }} />
      <PageHeader
        title="Releases"
        actions={
          <div className="flex flex-wrap gap-2">
            <Link className="btn" href="/dashboard/releases/names">
              Channels and platforms
            </Link>
            {mayWrite && (
              <Link className="btn btn-primary" href="/dashboard/releases/new">
                New release
              </Link>
            )}
          </div>
        }
      />
      <FilterBar pathname="/dashboard/releases" label="Search releases" filtered={filtered}>
        <Field name="query" label="Name, version or notes" type="search" defaultValue={values.query} />
        <Select
          name="productId"
          label="Product"
          defaultValue={values.productId}
          options={[{ value: '', label: 'All' }, ...products]}
        />
        <Field name="channel" label="Channel" type="search" defaultValue={values.channel} />
        <Select name="state" label="State" defaultValue={values.state} options={STATES} />
      </FilterBar>
      {releases.total === 0 ? (
        <EmptyState title={filtered ? 'No release matches' : 'No releases yet'}>
          {filtered
            ? 'Try other filters.'
            : 'A release is a version of a product that customers download and applications update to.'}
        </EmptyState>
      ) : (
        <DataTable
          caption="Releases"
          rows={releases.items}
          columns={[
            [
              'Release',
              (release) => (
                <Link className="link font-medium" href={`/dashboard/releases/${release.id}`}>
                  {release.name}
                </Link>
              ),
            ],
            ['Version', (release) => release.version],
            ['Product', (release) => productNames.get(release.productId) ?? '–'],
            ['Channel', (release) => release.channel],
            ['Platforms', (release) => release.platforms.join(', ')],
            ['Files', (release) => release.totalFiles],
            ['State', (release) => <StatusBadge status={release.published ? 'published' : 'draft'} />],
            ['Published', (release) => <DateTime iso={release.publishedAt} dateOnly />],
          ]}
        />
      )}
      <Pagination {...releases} pathname="/dashboard/releases" query={values} noun="releases" />
    </>
  )
}
