import type { Metadata } from 'next'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Field } from '#app/_ui/field.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { ActorName, EventChanges, ResourceLink } from '#app/dashboard/_ui/event-parts.tsx'
import { FilterBar } from '#app/dashboard/_ui/filter-bar.tsx'
import { equals, listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { verifyChain } from '#lib/audit/check-chain.ts'
import { isId } from '#lib/core/ids.ts'
import { listEvents } from '#lib/insight/audit-trail/list-events.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'

export const metadata: Metadata = { title: 'Event log' }

export default async function EventsPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('eventLog:read')
  const { page, values } = await readQuery(
    searchParams,
    'event',
    'resource',
    'resourceId',
    'userId',
    'actor',
    'check',
  )
  const { check, ...filters } = values
  const [events, chain] = await Promise.all([
    listEvents(
      ctx,
      listInput({
        page,
        sort: '-seq',
        filters: [
          filters.event ? { field: 'event', operator: 'sw', values: [filters.event] } : undefined,
          equals('resource', filters.resource),
          equals('resourceId', filters.resourceId),
          isId(filters.userId) ? equals('userId', filters.userId) : undefined,
          equals('actor', filters.actor),
        ],
      }),
      { mayLag: true },
    ),
    check ? verifyChain(ctx) : undefined,
  ])
  return (
    <>
      <PageHeader
        title="Event log"
        description="Who did what, and when. Entries are chained by hashes: none can be altered or removed unseen."
        actions={
          <Link className="btn" href="/dashboard/events?check=1">
            Check the chain
          </Link>
        }
      />
      {chain && (
        <div className="mb-4">
          {chain.intact ? (
            <Alert tone="success">The chain is intact: {chain.length} entries, each as it was written.</Alert>
          ) : (
            <Alert tone="error">
              The chain is broken at entry {chain.seq}: {chain.reason}.
            </Alert>
          )}
        </div>
      )}
      <FilterBar
        pathname="/dashboard/events"
        label="Filter events"
        filtered={Object.values(filters).some(Boolean)}
      >
        <Field name="event" label="Event" defaultValue={filters.event} placeholder="license." />
        <Field name="resource" label="Resource" defaultValue={filters.resource} placeholder="license" />
        <Field name="resourceId" label="Resource id" defaultValue={filters.resourceId} />
        <Field name="userId" label="User id" defaultValue={filters.userId} />
        <Field name="actor" label="Actor" defaultValue={filters.actor} placeholder="operator:…" />
      </FilterBar>
      {events.total === 0 ? (
        <EmptyState title="No events">Nothing matches these filters.</EmptyState>
      ) : (
        <DataTable
          caption="Events, newest first"
          rows={events.items}
          columns={[
            ['#', (event) => event.seq],
            [
              'Time',
              (event) => (
                <span className="whitespace-nowrap">
                  <DateTime iso={event.createdAt} />
                </span>
              ),
            ],
            [
              'Event',
              (event) => (
                <>
                  <code>{event.event}</code>
                  <EventChanges changes={event.changes} />
                </>
              ),
            ],
            ['Resource', (event) => <ResourceLink resource={event.resource} id={event.resourceId} />],
            [
              'Actor',
              (event) => (
                <>
                  <ActorName event={event} />
                  {event.ip && <p className="text-sm text-base-content/70">{event.ip}</p>}
                </>
              ),
            ],
          ]}
        />
      )}
      <Pagination {...events} pathname="/dashboard/events" query={filters} noun="events" />
    </>
  )
}
