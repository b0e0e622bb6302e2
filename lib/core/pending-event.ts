/** One fact for the audit trail, before it is chained and written. */
export interface PendingEvent {
  /** What happened, `<resource>.<past tense>`: `license.created`, `user.banned`. */
  event: EventName
  /** The kind of row it happened to: `license`, `user`. */
  resource: string
  resourceId: string
  /** The user it concerns; `personal` is sealed under that user's key. */
  userId?: string | null
  /** Whom the actor acted for, where that is somebody else. */
  onBehalfOf?: string
  /** Field → new value. Never a secret, never a personal value. */
  changes?: Record<string, unknown>
  /** Field → new value that says something of a person (address, name). Needs `userId`. */
  personal?: Record<string, unknown>
  /**
   * What a GET of the row answered last, for events after which there is none any more (`*.deleted`): outgoing webhooks and
   * automated mails tell it. It is never written to the trail. Other events leave it out: the row is read when it is needed.
   */
  snapshot?: unknown
}

export type EventName = `${string}.${string}`
