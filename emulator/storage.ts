import type { Documents, Kind } from './documents/kinds.ts'

/** Bounds on `created`, in seconds. */
export interface CreatedRange {
  gt?: number
  gte?: number
  lt?: number
  lte?: number
}

export interface Query<K extends Kind> {
  /** Fields the document must hold, by containment: `{ payment: { type: 'charge' } }` looks inside. */
  match?: Record<string, unknown>
  /** A further condition that containment cannot say. */
  where?: (document: Documents[K]) => boolean
  created?: CreatedRange
  /** Only documents written before (older than) this one. */
  after?: string
  /** Only documents written after (newer than) this one; the nearest ones count for the limit. */
  before?: string
  limit?: number
}

export interface Reader {
  get<K extends Kind>(kind: K, id: string): Promise<Documents[K] | undefined>
  /** Newest first. */
  list<K extends Kind>(kind: K, query?: Query<K>): Promise<Documents[K][]>
  /** Documents whose moment (`dueAt`) has come at `untilMs`, the earliest first. */
  due<K extends Kind>(kind: K, untilMs: number, limit: number): Promise<Documents[K][]>
}

export interface Transaction extends Reader {
  put<K extends Kind>(kind: K, document: Documents[K]): Promise<void>
  delete(kind: Kind, id: string): Promise<void>
}

/**
 * A small document store. Writes are serialized: one transaction runs at a time, over all processes that share the
 * store, and everything it wrote is there afterwards or nothing is.
 */
export interface Storage extends Reader {
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Makes a secret unreadable without the storage's key. */
  seal(plain: string): string
  open(sealed: string): string
}

/** When the emulator has to look at a document again, in milliseconds, or null for never. */
export function dueAt<K extends Kind>(kind: K, document: Documents[K]): number | null {
  const rule: ((document: Documents[K]) => number | null) | undefined = DUE_RULES[kind]
  return rule ? rule(document) : null
}

const DUE_RULES: { [K in Kind]?: (document: Documents[K]) => number | null } = {
  'checkout.session': (session) => (session.status === 'open' ? session.expires_at * 1000 : null),
  subscription: (subscription) => {
    if (!['active', 'trialing', 'past_due'].includes(subscription.status)) return null
    const moments = subscription.items.data.map((item) => item.current_period_end)
    if (subscription.cancel_at !== null) moments.push(subscription.cancel_at)
    return Math.min(...moments) * 1000
  },
  invoice: (invoice) =>
    invoice.status === 'open' && invoice.next_payment_attempt !== null
      ? invoice.next_payment_attempt * 1000
      : null,
  delivery: (delivery) => (delivery.state === 'pending' ? delivery.next_attempt_ms : null),
  idempotent_answer: (answer) => (answer.created + 24 * 3600) * 1000,
}
