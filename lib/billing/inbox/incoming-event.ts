import { z } from 'zod'
import { isHandled } from './event-types.ts'

/** What the inbox needs to know of an event. */
export interface IncomingEvent {
  /** The id for deduplication: the snapshot's id if a thin event names it. */
  id: string
  type: string
  livemode: boolean
  apiVersion: string | null
  occurredAt: Date
  objectId: string | null
  /** The object to fetch: `sub_…`, `cs_…` or `in_…`; null for an event of no interest. */
  subject: string | null
}

const Id = z.string().regex(/^[A-Za-z0-9_]{1,255}$/)
/** An expandable field: the id, or the object that has it. */
const Reference = z.union([Id, z.object({ id: Id }).transform((object) => object.id)])

const Snapshot = z.object({
  object: z.literal('event'),
  id: Id,
  type: z.string().max(255),
  created: z.number().int(),
  livemode: z.boolean(),
  api_version: z.string().nullish(),
  data: z.object({ object: z.looseObject({ id: Id.nullish(), object: z.string() }) }),
})

const Thin = z.object({
  object: z.literal('v2.core.event'),
  id: Id,
  type: z.string().max(255),
  created: z.iso.datetime({ offset: true }),
  livemode: z.boolean(),
  snapshot_event: Id.nullish(),
  related_object: z.object({ id: Id, type: z.string() }).nullish(),
})

const Session = z.object({ id: Id, mode: z.string(), subscription: Reference.nullish() })
/** The field moved in the provider's 2025 versions. An endpoint may still send an older version. */
const Invoice = z.object({
  parent: z.object({ subscription_details: z.object({ subscription: Reference }).nullish() }).nullish(),
  subscription: Reference.nullish(),
})

/**
 * Takes a verified event apart, whichever of its two forms it has.
 * @throws {z.ZodError} when it is no event
 */
export function toIncomingEvent(payload: unknown): IncomingEvent {
  const event = z.discriminatedUnion('object', [Snapshot, Thin]).parse(payload)
  if (event.object === 'event') {
    const { object } = event.data
    return {
      id: event.id,
      type: event.type,
      livemode: event.livemode,
      apiVersion: event.api_version ?? null,
      occurredAt: new Date(event.created * 1000),
      objectId: object.id ?? null,
      subject: isHandled(event.type) ? subjectOf(object) : null,
    }
  }
  const type = event.type.replace(/^v1\./, '')
  const related = event.related_object
  return {
    id: event.snapshot_event ?? event.id,
    type,
    livemode: event.livemode,
    apiVersion: null,
    occurredAt: new Date(event.created),
    objectId: related?.id ?? null,
    subject: related && isHandled(type) && /^(sub|cs|in)_/.test(related.id) ? related.id : null,
  }
}

function subjectOf(object: { object: string; id?: string | null | undefined }): string | null {
  switch (object.object) {
    case 'checkout.session': {
      const session = Session.parse(object)
      if (session.mode === 'setup') return null
      return session.subscription ?? session.id
    }
    case 'invoice': {
      const invoice = Invoice.parse(object)
      return invoice.parent?.subscription_details?.subscription ?? invoice.subscription ?? null
    }
    case 'subscription':
      return object.id ?? null
    default:
      return null
  }
}
