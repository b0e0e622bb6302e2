import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { LicenseKeyText } from '#app/_ui/license-parts.tsx'
import { hasFreshSignIn } from '#lib/access/step-up.ts'
import { AppError } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { listMyActivations } from '#lib/licensing/activations/list-my-activations.ts'
import { getMyLicense } from '#lib/licensing/licenses/get-my-license.ts'
import { listMyLicenseHistory } from '#lib/licensing/licenses/list-my-license-history.ts'
import { isUsable } from '#lib/licensing/licenses/status.ts'
import { listMyReleases } from '#lib/licensing/releases/list-my-releases.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'
import { Alert } from '../../../_ui/alert.tsx'
import { StatusBadge } from '../../../_ui/badge.tsx'
import { Card } from '../../../_ui/card.tsx'
import { CopyButton } from '../../../_ui/copy-button.tsx'
import { DateTime } from '../../../_ui/date-time.tsx'
import { devicesUsed } from '../../../_ui/license-parts.tsx'
import { PageHeader } from '../../../_ui/page-header.tsx'
import { Devices } from './devices.tsx'
import { Downloads } from './downloads.tsx'
import { History } from './history.tsx'
import { ReplaceKey } from './replace-key.tsx'

export const metadata: Metadata = { title: 'License' }

interface LicensePageProps {
  params: Promise<{ id: string }>
  /** The result of the action that led here. */
  searchParams: Promise<{ done?: string | string[] }>
}

const NOTICES = new Map<string, { tone: 'success' | 'error'; text: string }>(
  Object.entries({
    'key-replaced': {
      tone: 'success',
      text: 'The key is replaced. The new one is shown below and on its way by mail.',
    },
    'no-file': { tone: 'error', text: 'This license does not allow that file, or it is no longer there.' },
  } as const),
)

/** The most devices that the page lists. */
const DEVICES_SHOWN = 100
/** The most releases that it lists. */
const RELEASES_SHOWN = 100

export default async function LicensePage({ params, searchParams }: LicensePageProps) {
  const { id } = await params
  const ctx = await authorizeCustomer('me:read', { returnTo: `/me/licenses/${encodeURIComponent(id)}` })
  if (!isId(id)) notFound()
  const license = await getMyLicense(ctx, id).catch(orNotFound)
  const [devices, history, releases, notice] = await Promise.all([
    listMyActivations(ctx, {
      ...FIRST_PAGE,
      limit: DEVICES_SHOWN,
      filters: [{ field: 'licenseId', operator: 'eq', values: [id] }],
    }),
    listMyLicenseHistory(ctx, id),
    listMyReleases(ctx, {
      ...FIRST_PAGE,
      limit: RELEASES_SHOWN,
      sort: [{ field: 'version', descending: true }],
      filters: [{ field: 'licenseId', operator: 'eq', values: [id] }],
    }),
    noticeOf(searchParams),
  ])
  return (
    <>
      <PageHeader title={license.product.displayName} actions={<StatusBadge status={license.status} />} />
      <div className="grid gap-6">
        {notice && <Alert tone={notice.tone}>{notice.text}</Alert>}
        <Card
          title="License key"
          actions={
            <div className="flex flex-wrap gap-2">
              {license.owned && !license.revoked && (
                // The key changes with each replacement, so that React makes a new button and no dialog stays open.
                <ReplaceKey key={license.updatedAt} licenseId={id} signInFresh={hasFreshSignIn(ctx)} />
              )}
              {!license.keyUnreadable && <CopyButton text={license.key} label="Copy key" />}
            </div>
          }
        >
          <LicenseKeyText
            license={license}
            className="block rounded-field bg-base-200 p-3 text-base break-all"
          />
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
        <Card title="Downloads">
          <Downloads licenseId={id} releases={releases.items} usable={isUsable(license.status)} />
        </Card>
        <div id="devices">
          <Card
            title="Devices"
            actions={
              license.owned && (
                <Link className="btn btn-sm" href={`/me/licenses/${id}/offline`}>
                  Use without a connection
                </Link>
              )
            }
          >
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

async function noticeOf(searchParams: LicensePageProps['searchParams']) {
  const { done } = await searchParams
  return typeof done === 'string' ? (NOTICES.get(done) ?? null) : null
}

function orNotFound(error: unknown): never {
  if (error instanceof AppError && error.code === 'NOT_FOUND') notFound()
  throw error
}
