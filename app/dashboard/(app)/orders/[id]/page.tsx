import type { Metadata } from 'next'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Card } from '#app/_ui/card.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { EventHistory } from '#app/dashboard/_ui/event-history.tsx'
import { Facts } from '#app/dashboard/_ui/facts.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { type IdParams, orNotFound, readId, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { OrderStateBadge, Unproved } from '#app/dashboard/_ui/states.tsx'
import { getOrder, type OrderDetails } from '#lib/billing/orders/get-order.ts'
import { formatMoney } from '#lib/catalog/prices/currency.ts'
import { authorize } from '#lib/core/authorize.ts'
import { listUnproved } from '#lib/people/users/list-unproved.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'
import { replayEventAction, replayOrderAction } from '../actions.ts'

export const metadata: Metadata = { title: 'Order' }

const NOTICES = { replayed: 'It is being looked at again. Reload in a moment to see the result.' }

export default async function OrderPage({
  params,
  searchParams,
}: {
  params: IdParams
  searchParams: SearchParams
}) {
  const ctx = await authorizeOperator('order:read')
  const order = await orNotFound(getOrder(ctx, await readId(params)))
  const unproved = await listUnproved(ctx, [order.userId])
  const [mayWrite, mayReadEvents] = await Promise.all([
    operatorMay('order:write'),
    operatorMay('eventLog:read'),
  ])
  return (
    <>
      <Notice searchParams={searchParams} texts={NOTICES} />
      <PageHeader
        title={`Order: ${order.productName}`}
        description={<OrderStateBadge state={order.state} />}
        actions={
          mayWrite && (
            <ActionForm action={replayOrderAction} label="Replay">
              <input type="hidden" name="id" value={order.id} />
              <SubmitButton tone="neutral">Replay</SubmitButton>
            </ActionForm>
          )
        }
      />
      <div className="space-y-6">
        {order.attention && <Alert tone="warning">{order.attention}</Alert>}
        <OrderFacts order={order} unproved={unproved.size > 0} />
        <Card title="Licenses">
          {order.licenses.length === 0 ? (
            <p className="text-base-content/70">None.</p>
          ) : (
            <ul className="space-y-1">
              {order.licenses.map((license) => (
                <li key={license.id}>
                  <Link className="link" href={`/dashboard/licenses/${license.id}`}>
                    <code>{license.keyPrefix}…</code>
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </Card>
        <OwedWork order={order} />
        <ProviderEvents order={order} mayReplay={mayWrite} />
        {mayReadEvents && (
          <Card title="History">
            <EventHistory
              ctx={authorize(ctx, 'eventLog:read')}
              filter={{ field: 'resourceId', operator: 'eq', values: [order.id] }}
            />
          </Card>
        )}
      </div>
    </>
  )
}

function OrderFacts({ order, unproved }: { order: OrderDetails; unproved: boolean }) {
  const listed = formatMoney(order.unitAmount * order.quantity, order.currency)
  return (
    <Card>
      <Facts
        items={[
          [
            'Customer',
            order.userId && order.userEmail ? (
              <span key="user">
                <Link className="link" href={`/dashboard/users/${order.userId}`}>
                  {order.userEmail}
                </Link>
                {unproved && <Unproved />}
              </span>
            ) : (
              '(erased)'
            ),
          ],
          ['Offer', order.priceName],
          ['Quantity', String(order.quantity)],
          [
            'Amount',
            order.amountTotal === null
              ? `${listed} (not paid yet)`
              : formatMoney(order.amountTotal, order.currency),
          ],
          ['Kind', order.mode === 'subscription' ? 'Subscription' : 'One-time payment'],
          ['Mode', order.livemode ? 'Live' : 'Test'],
          ['Payment provider says', order.paymentStatus],
          ['Created', <DateTime key="created" iso={order.createdAt} />],
          ['Paid', <DateTime key="paid" iso={order.paidAt} />],
          ['Last looked at', <DateTime key="reconciled" iso={order.reconciledAt} />],
          ['Checkout session', order.checkoutSessionId && <code key="cs">{order.checkoutSessionId}</code>],
          ['Subscription', order.subscriptionId && <code key="sub">{order.subscriptionId}</code>],
          ['Payment', order.paymentIntentId && <code key="pi">{order.paymentIntentId}</code>],
        ]}
      />
    </Card>
  )
}

function OwedWork({ order }: { order: OrderDetails }) {
  const open = order.reconciliations.filter(({ state }) => state !== 'done')
  if (open.length === 0) return null
  return (
    <Card title="Still to do">
      <ul className="space-y-2">
        {open.map((work) => (
          <li key={work.subject}>
            <code>{work.subject}</code> <StatusBadge status={work.state} /> after {work.attempts} attempts,
            next <DateTime iso={work.dueAt} />
            {work.lastError && <p className="text-sm break-words text-base-content/70">{work.lastError}</p>}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function ProviderEvents({ order, mayReplay }: { order: OrderDetails; mayReplay: boolean }) {
  return (
    <Card title="Events of the payment provider">
      {order.events.length === 0 ? (
        <p className="text-base-content/70">None was received yet.</p>
      ) : (
        <DataTable
          caption="Events of the payment provider, newest first"
          rows={order.events}
          columns={[
            ['Event', (event) => <code>{event.type}</code>],
            ['State', (event) => <StatusBadge status={event.status} />],
            ['Note', (event) => event.note ?? '–'],
            ['Made', (event) => <DateTime iso={event.occurredAt} />],
            ['Received', (event) => <DateTime iso={event.receivedAt} />],
            ['Deliveries', (event) => `${event.deliveries} (${event.source})`],
            ['Id', (event) => <code className="text-xs">{event.id}</code>],
            [
              'Actions',
              (event) =>
                mayReplay &&
                event.subject && (
                  <ActionForm action={replayEventAction}>
                    <input type="hidden" name="orderId" value={order.id} />
                    <input type="hidden" name="eventId" value={event.id} />
                    <SubmitButton tone="ghost" size="sm">
                      Replay
                    </SubmitButton>
                  </ActionForm>
                ),
            ],
          ]}
        />
      )}
    </Card>
  )
}
