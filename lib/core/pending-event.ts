/** One fact for the audit trail, before it is chained and written. */
export interface PendingEvent {
  /** What happened, `<resource>.<past tense>`: `license.created`, `user.banned`. */
  event: EventName
  /** The kind of row it happened to: `license`, `user`. */
  resource: string
  resourceId: string
  /** The user it concerns; `personal` is sealed under that user's key. */
  userId?: string | null
  /** The person on whose behalf the actor acted, if that is somebody else. */
  onBehalfOf?: string
  /** Field → new value. Never a secret, never a personal value. */
  changes?: Record<string, unknown>
  /** Field → new value that says something of a person (address, name). Needs `userId`. */
  personal?: Record<string, unknown>
  /**
   * The row's last GET answer, for events that end the row (`*.deleted`). Webhooks and automated mails send it; the trail never
   * holds it. Other events leave it out: the listener reads the row itself.
   */
  snapshot?: unknown
}

export type EventName = `${string}.${string}`
