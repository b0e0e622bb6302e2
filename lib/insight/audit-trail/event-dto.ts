import type { eventLogs } from '#db/schema/audit.ts'
import { GONE, type Opened, type Opener } from '#lib/audit/user-key.ts'

/** One fact of the audit trail as operators read it. */
export interface EventDto {
  id: string
  /** Its place in the account's chain, from 1. */
  seq: number
  /** `license.created`, `user.banned`. */
  event: string
  resource: string
  resourceId: string
  userId: string | null
  /** `operator:<id>`, `user:<id>`, `pat:<id>`, `system:<job>`, `visitor`. */
  actor: string
  /** The actor as people know it: `operator Olive`, `token portal`. */
  actorLabel: string
  onBehalfOf: string | null
  ip: string | null
  requestId: string
  /** Field → new value. `(erased)` and `(unreadable)` stand for what cannot be opened. */
  changes: Record<string, unknown>
  createdAt: string
}

/** Shown for a personal value whose user was erased. */
export const ERASED = GONE.erased

export function toEventDto(
  row: typeof eventLogs.$inferSelect,
  openSealed: Opener,
  label: (actor: string) => string,
): EventDto {
  const { userId } = row
  const open = (sealed: string): Opened => (userId ? openSealed(userId, sealed) : { text: sealed })
  return {
    id: row.id,
    seq: row.seq,
    event: row.event,
    resource: row.resource,
    resourceId: row.resourceId,
    userId,
    actor: row.actor,
    actorLabel: label(row.actor),
    onBehalfOf: row.onBehalfOf,
    ip: row.ip === null ? null : shown(open(row.ip), (text) => text),
    requestId: row.requestId,
    changes: Object.fromEntries(
      Object.entries(row.changes).map(([field, value]) => {
        const sealed = sealedText(value)
        if (sealed === undefined) return [field, value]
        return [field, shown(open(sealed), JSON.parse)]
      }),
    ),
    createdAt: row.createdAt.toISOString(),
  }
}

function shown<T>(opened: Opened, read: (text: string) => T): T | string {
  return opened.text === null ? GONE[opened.gone] : read(opened.text)
}

function sealedText(value: unknown): string | undefined {
  const isSealed = value !== null && typeof value === 'object' && 'sealed' in value
  return isSealed && typeof value.sealed === 'string' ? value.sealed : undefined
}
