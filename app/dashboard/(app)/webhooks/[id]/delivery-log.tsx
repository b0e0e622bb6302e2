import Link from 'next/link'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Card } from '#app/_ui/card.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Select } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { FilterBar } from '#app/dashboard/_ui/filter-bar.tsx'
import { equals, listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { DELIVERY_STATES, type DeliveryDto } from '#lib/announce/webhooks/delivery-dto.ts'
import { WEBHOOK_EVENTS } from '#lib/announce/webhooks/event-names.ts'
import { listDeliveries } from '#lib/announce/webhooks/list-deliveries.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { replayDeliveryAction } from '../actions.ts'

const TONES = { pending: 'info', delivered: 'success', dead: 'error', held: 'warning' } as const
const ALL = { value: '', label: 'All' }

/** What was sent to one webhook and how that went, newest first. */
export async function DeliveryLog({
  ctx,
  webhookId,
  mayReplay,
  searchParams,
}: {
  ctx: Authorized<'webhook:read'>
  webhookId: string
  mayReplay: boolean
  searchParams: SearchParams
}) {
  const { page, values } = await readQuery(searchParams, 'event', 'status')
  const status = DELIVERY_STATES.find((state) => state === values.status) ?? ''
  const filters = [equals('webhookId', webhookId), equals('event', values.event), equals('status', status)]
  const deliveries = await listDeliveries(ctx, listInput({ page, filters }))
  const pathname = `/dashboard/webhooks/${webhookId}`
  const isFiltered = values.event !== '' || status !== ''
  return (
    <Card title="Deliveries">
      <FilterBar pathname={pathname} label="Filter deliveries" filtered={isFiltered}>
        <Select
          name="event"
          label="Event"
          defaultValue={values.event}
          options={[ALL, ...WEBHOOK_EVENTS.map((event) => ({ value: event, label: event }))]}
        />
        <Select
          name="status"
          label="State"
          defaultValue={status}
          options={[
            ALL,
            ...DELIVERY_STATES.map((state) => ({
              value: state,
              label: state.charAt(0).toUpperCase() + state.slice(1),
            })),
          ]}
        />
      </FilterBar>
      {deliveries.total === 0 ? (
        <EmptyState title="No deliveries">
          {isFiltered ? 'Nothing matches these filters.' : 'They appear here as soon as an event happens.'}
        </EmptyState>
      ) : (
        <DataTable
          caption="Deliveries, newest first"
          rows={deliveries.items}
          columns={[
            ['Happened', (delivery) => <DateTime iso={delivery.createdAt} />],
            [
              'Event',
              (delivery) => (
                <Link className="link" href={`${pathname}?event=${encodeURIComponent(delivery.event)}`}>
                  <code>{delivery.event}</code>
                </Link>
              ),
            ],
            ['Resource', (delivery) => <Resource delivery={delivery} />],
            ['State', ({ status: state }) => <StatusBadge status={state} tone={TONES[state]} />],
            ['Attempts', (delivery) => delivery.attempts],
            ['Last sent', (delivery) => <DateTime iso={delivery.requestedAt} empty="Never" />],
            ['Answer', (delivery) => <Outcome delivery={delivery} />],
            [
              'Actions',
              (delivery) =>
                mayReplay &&
                delivery.replayable && (
                  <ActionForm action={replayDeliveryAction} className="space-y-2">
                    <input type="hidden" name="id" value={delivery.id} />
                    <SubmitButton size="sm" tone="neutral">
                      Replay
                      <span className="sr-only">
                        {' '}
                        {delivery.event} of {delivery.createdAt}
                      </span>
                    </SubmitButton>
                  </ActionForm>
                ),
            ],
          ]}
        />
      )}
      <Pagination {...deliveries} pathname={pathname} query={{ ...values, status }} noun="deliveries" />
    </Card>
  )
}

/** The beginning of an id is the time it was made: its end tells rows apart. */
function Resource({ delivery }: { delivery: DeliveryDto }) {
  if (delivery.test) return <span>Sample</span>
  return (
    <Link
      className="link whitespace-nowrap"
      href={`/dashboard/events?resourceId=${encodeURIComponent(delivery.resourceId)}`}
      title={delivery.resourceId}
    >
      …{delivery.resourceId.slice(-8)}
    </Link>
  )
}

function Outcome({ delivery }: { delivery: DeliveryDto }) {
  const { responseStatus, durationMs, error, nextAttemptAt } = delivery
  return (
    <>
      {responseStatus !== null && (
        <p>
          {responseStatus} <span className="text-sm text-base-content/70">after {durationMs} ms</span>
        </p>
      )}
      {error && responseStatus === null && <p>{error}</p>}
      {error && nextAttemptAt && (
        <p className="text-sm text-base-content/70">
          Next attempt <DateTime iso={nextAttemptAt} />
        </p>
      )}
    </>
  )
}
