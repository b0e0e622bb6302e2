import Link from 'next/link'
import { DateTime } from '#app/_ui/date-time.tsx'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Filter } from '#lib/core/list/filter.ts'
import { listEvents } from '#lib/insight/audit-trail/list-events.ts'
import { ActorName, EventChanges } from './event-parts.tsx'
import { listInput } from './page-input.ts'

/** The newest 25 events of one thing: who did what to it, and when. */
export async function EventHistory({ ctx, filter }: { ctx: Authorized<'eventLog:read'>; filter: Filter }) {
  const events = await listEvents(ctx, listInput({ page: 1, sort: '-seq', filters: [filter] }))
  if (events.total === 0) return <p className="text-base-content/70">Nothing has happened yet.</p>
  return (
    <>
      <ol className="space-y-3">
        {events.items.map((event) => (
          <li key={event.id} className="border-l-2 border-base-300 pl-4">
            <p>
              <code className="font-medium">{event.event}</code>{' '}
              <span className="text-sm text-base-content/70">
                <DateTime iso={event.createdAt} /> by <ActorName event={event} />
              </span>
            </p>
            <EventChanges changes={event.changes} />
          </li>
        ))}
      </ol>
      {events.total > events.items.length && (
        <Link
          className="link mt-3 inline-block"
          href={`/dashboard/events?${filter.field}=${encodeURIComponent(String(filter.values[0]))}`}
        >
          All {events.total} events
        </Link>
      )}
    </>
  )
}
