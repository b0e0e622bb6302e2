import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { CopyButton } from '#app/_ui/copy-button.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { LicenseKeyText } from '#app/_ui/license-parts.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { EventHistory } from '#app/dashboard/_ui/event-history.tsx'
import { Facts } from '#app/dashboard/_ui/facts.tsx'
import { devicesText } from '#app/dashboard/_ui/license-words.ts'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { type IdParams, orNotFound, readId, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { LicenseStatusBadge, Unproved } from '#app/dashboard/_ui/states.tsx'
import { listLicenseOrders } from '#lib/billing/orders/list-license-orders.ts'
import { authorize } from '#lib/core/authorize.ts'
import { getLicense } from '#lib/licensing/licenses/get-license.ts'
import { listUnproved } from '#lib/people/users/list-unproved.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'
import { DeviceList } from './device-list.tsx'
import { ManageLicense } from './manage-license.tsx'
import { NOTICES } from './notices.ts'
import { Offline } from './offline.tsx'
import { Standing } from './standing.tsx'
import { WhyThisState } from './why-this-state.tsx'

export const metadata: Metadata = { title: 'License' }

export default async function LicensePage({
  params,
  searchParams,
}: {
  params: IdParams
  searchParams: SearchParams
}) {
  const ctx = await authorizeOperator('license:read')
  const id = await readId(params)
  const [license, mayWrite, mayReadDevices, mayReadOrders, mayReadEvents] = await Promise.all([
    orNotFound(getLicense(ctx, id)),
    operatorMay('license:write'),
    operatorMay('activation:read'),
    operatorMay('order:read'),
    operatorMay('eventLog:read'),
  ])
  const unproved = await listUnproved(ctx, [license.user?.id])
  const orders = mayReadOrders ? await listLicenseOrders(authorize(ctx, 'order:read'), id) : []
  return (
    <>
      <Notice searchParams={searchParams} texts={NOTICES} />
      <PageHeader
        title={`License for ${license.product.displayName}`}
        description={<LicenseStatusBadge status={license.status} />}
        actions={mayWrite && <Standing license={license} />}
      />
      <div className="space-y-6">
        <Card>
          <div className="mb-6 flex flex-wrap items-center gap-3">
            <LicenseKeyText license={license} className="rounded-field bg-base-200 px-3 py-2 break-all" />
            {!license.keyUnreadable && <CopyButton text={license.key} label="Copy key" />}
          </div>
          <Facts
            items={[
              [
                'User',
                license.user ? (
                  <span key="user">
                    <Link className="link" href={`/dashboard/users/${license.user.id}`}>
                      {license.user.email || license.user.id}
                    </Link>
                    {unproved.has(license.user.id) && <Unproved />}
                  </span>
                ) : (
                  'Nobody'
                ),
              ],
              ['Devices', devicesText(license)],
              ['Expires', <DateTime key="expires" iso={license.expiresAt} empty="Never" />],
              ['Interval', license.subscriptionInterval ?? 'Perpetual'],
              ['Type', license.type],
              ['Created', <DateTime key="created" iso={license.createdAt} />],
              [
                'Order',
                orders.length > 0
                  ? orders.map((order) => (
                      <Link key={order.id} className="link block" href={`/dashboard/orders/${order.id}`}>
                        <DateTime iso={order.createdAt} dateOnly /> · {order.paymentStatus}
                      </Link>
                    ))
                  : 'None: made by hand or over the Web API',
              ],
              [
                'Notes',
                license.notes ? (
                  <span key="notes" className="whitespace-pre-line">
                    {license.notes}
                  </span>
                ) : null,
              ],
            ]}
          />
        </Card>
        <WhyThisState license={license} />
        {mayReadDevices && (
          <DeviceList ctx={authorize(ctx, 'activation:read')} licenseId={id} mayFree={mayWrite} />
        )}
        {mayWrite && <Offline licenseId={id} searchParams={searchParams} />}
        {mayWrite && <ManageLicense license={license} />}
        {mayReadEvents && (
          <Card title="History">
            <EventHistory
              ctx={authorize(ctx, 'eventLog:read')}
              filter={{ field: 'resourceId', operator: 'eq', values: [id] }}
            />
          </Card>
        )}
      </div>
    </>
  )
}
