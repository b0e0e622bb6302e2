/** One fact for the audit trail, before it is chained and written. */
export interface PendingEvent {
  /** What happened, `<resource>.<past tense>`: `license.created`, `user.banned`. */
  event: EventName
  /** The row it happened to. */
  resource: string
  resourceId: string
  /** The user whose personal values `changes` may hold; they are sealed under that user's key. */
  userId: string | null
  /** Field → new value; secrets are never put here. */
  changes: Record<string, unknown>
}

export type EventName = `${string}.${string}`
