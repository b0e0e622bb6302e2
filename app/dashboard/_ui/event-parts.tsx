import Link from 'next/link'
import type { EventDto } from '#lib/insight/audit-trail/event-dto.ts'

/** Pages of the resources that have one. */
const PAGES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    license: '/dashboard/licenses',
    user: '/dashboard/users',
    product: '/dashboard/products',
    release: '/dashboard/releases',
    'license-template': '/dashboard/templates',
    order: '/dashboard/orders',
    webhook: '/dashboard/webhooks',
  }),
)

/** The row that an event happened to, with a link where it has a page. */
export function ResourceLink({ resource, id }: { resource: string; id: string }) {
  const page = PAGES.get(resource)
  // The beginning of an id is the time it was made: its end tells rows apart.
  const text = `${resource} …${id.slice(-8)}`
  return page ? (
    <Link className="link whitespace-nowrap" href={`${page}/${encodeURIComponent(id)}`} title={id}>
      {text}
    </Link>
  ) : (
    <span className="whitespace-nowrap" title={id}>
      {text}
    </span>
  )
}

/** Who acted: a link to everything they did. */
export function ActorName({ event }: { event: EventDto }) {
  return (
    <Link
      className="link whitespace-nowrap"
      href={`/dashboard/events?actor=${encodeURIComponent(event.actor)}`}
      title={event.actor}
    >
      {event.actorLabel}
      {event.onBehalfOf && ` for ${event.onBehalfOf}`}
    </Link>
  )
}

/** Field and new value, one a line. */
export function EventChanges({ changes }: { changes: Record<string, unknown> }) {
  const entries = Object.entries(changes)
  if (entries.length === 0) return null
  return (
    <ul className="text-sm">
      {entries.map(([field, value]) => (
        <li key={field} className="max-w-md break-words">
          <span className="text-base-content/70">{field}</span>{' '}
          {typeof value === 'string' ? value : JSON.stringify(value)}
        </li>
      ))}
    </ul>
  )
}
