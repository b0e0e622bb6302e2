import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { listMyActivations } from '#lib/activations/list-my-activations.ts'
import { AppError } from '#lib/errors.ts'
import { isId } from '#lib/ids.ts'
import { getMyLicense } from '#lib/licenses/get-my-license.ts'
import { listMyLicenseHistory } from '#lib/licenses/list-my-license-history.ts'
import { FIRST_PAGE } from '#lib/list/filter.ts'
import { authorizeCustomer } from '#lib/session/customer.ts'
import { StatusBadge } from '../../../_ui/badge.tsx'
import { Card } from '../../../_ui/card.tsx'
import { CopyButton } from '../../../_ui/copy-button.tsx'
import { DateTime } from '../../../_ui/date-time.tsx'
import { PageHeader } from '../../../_ui/page-header.tsx'
import { devicesUsed } from '../devices-used.ts'
import { Devices } from './devices.tsx'
import { History } from './history.tsx'

export const metadata: Metadata = { title: 'License' }

interface LicensePageProps {
  params: Promise<{ id: string }>
}

/** The most devices that the page lists. */
const DEVICES_SHOWN = 100

export default async function LicensePage({ params }: LicensePageProps) {
  const { id } = await params
  const ctx = await authorizeCustomer('me:read', { returnTo: `/me/licenses/${encodeURIComponent(id)}` })
  if (!isId(id)) notFound()
  const license = await getMyLicense(ctx, id).catch(orNotFound)
  const [devices, history] = await Promise.all([
    listMyActivations(ctx, {
      ...FIRST_PAGE,
      limit: DEVICES_SHOWN,
      filters: [{ field: 'licenseId', operator: 'eq', values: [id] }],
    }),
    listMyLicenseHistory(ctx, id),
  ])
  return (
    <>
      <PageHeader title={license.product.displayName} actions={<StatusBadge status={license.status} />} />
      <div className="grid gap-6">
        <Card title="License key" actions={<CopyButton text={license.key} label="Copy key" />}>
          <code className="block rounded-field bg-base-200 p-3 text-base break-all">{license.key}</code>
          <dl className="mt-4 grid gap-4 text-sm sm:grid-cols-3">
            <div>
              <dt className="text-base-content/70">Expires</dt>
              <dd>
                <DateTime iso={license.expiresAt} empty="Never expires" />
              </dd>
            </div>
            <div>
              <dt className="text-base-content/70">Devices</dt>
              <dd>{devicesUsed(license)}</dd>
            </div>
            <div>
              <dt className="text-base-content/70">Yours since</dt>
              <dd>
                <DateTime iso={license.createdAt} dateOnly />
              </dd>
            </div>
          </dl>
        </Card>
        <div id="devices">
          <Card title="Devices">
            <Devices devices={devices.items} />
          </Card>
        </div>
        <Card title="History">
          <History entries={history} />
        </Card>
      </div>
    </>
  )
}

function orNotFound(error: unknown): never {
  if (error instanceof AppError && error.code === 'NOT_FOUND') notFound()
  throw error
}
