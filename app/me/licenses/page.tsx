import type { Metadata } from 'next'
import Link from 'next/link'
import { LicenseKeyText } from '#app/_ui/license-parts.tsx'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { listMyLicenses } from '#lib/licensing/licenses/list-my-licenses.ts'
import type { MyLicenseDto } from '#lib/licensing/licenses/my-license-dto.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'
import { StatusBadge } from '../../_ui/badge.tsx'
import { DateTime } from '../../_ui/date-time.tsx'
import { EmptyState } from '../../_ui/empty-state.tsx'
import { devicesUsed } from '../../_ui/license-parts.tsx'
import { PageHeader } from '../../_ui/page-header.tsx'
import { Pagination } from '../../_ui/pagination.tsx'

export const metadata: Metadata = { title: 'My licenses' }

interface LicensesPageProps {
  searchParams: Promise<{ page?: string | string[] }>
}

export default async function LicensesPage({ searchParams }: LicensesPageProps) {
  const ctx = await authorizeCustomer('me:read', { returnTo: '/me/licenses' })
  const { page } = await searchParams
  const licenses = await listMyLicenses(ctx, {
    ...FIRST_PAGE,
    page: pageNumber(page),
    sort: [{ field: 'createdAt', descending: true }],
  })
  return (
    <>
      <PageHeader title="My licenses" />
      {licenses.total === 0 ? (
        <EmptyState
          title="You have no licenses yet."
          action={
            <Link href="/" className="btn btn-primary">
              See what there is
            </Link>
          }
        >
          What you buy appears here, with its key and the devices that use it.
        </EmptyState>
      ) : (
        <>
          <ul className="space-y-4">
            {licenses.items.map((license) => (
              <LicenseItem key={license.id} license={license} />
            ))}
          </ul>
          <Pagination {...licenses} pathname="/me/licenses" noun="licenses" />
        </>
      )}
    </>
  )
}

function LicenseItem({ license }: { license: MyLicenseDto }) {
  return (
    <li className="rounded-box border border-base-300 bg-base-100 p-5 shadow-xs">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">
          <Link
            href={`/me/licenses/${license.id}`}
            className="link link-hover"
            aria-label={`License of ${license.product.displayName}`}
          >
            {license.product.displayName}
          </Link>
        </h2>
        <StatusBadge status={license.status} />
      </div>
      <dl className="mt-3 grid gap-x-8 gap-y-2 text-sm sm:grid-cols-[auto_auto_1fr]">
        <div>
          <dt className="text-base-content/70">Expires</dt>
          <dd>
            <DateTime iso={license.expiresAt} dateOnly empty="Never expires" />
          </dd>
        </div>
        <div>
          <dt className="text-base-content/70">Devices</dt>
          <dd>{devicesUsed(license)}</dd>
        </div>
        <div className="min-w-0">
          <dt className="text-base-content/70">Key</dt>
          <dd>
            <LicenseKeyText license={license} className="break-all" />
          </dd>
        </div>
      </dl>
    </li>
  )
}

function pageNumber(raw: string | string[] | undefined): number {
  const number = Number(raw)
  return Number.isInteger(number) && number >= 1 && number <= 1_000_000 ? number : 1
}
