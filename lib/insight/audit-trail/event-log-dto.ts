import { z } from 'zod'
import { isoDate } from '#lib/core/input/fields.ts'
import { toUserDto, UserDto, type UserWithEmail } from '#lib/people/users/user-dto.ts'
import type { EventDto } from './event-dto.ts'

/** One fact of the audit trail as machines see it (contract §4.7). */
export const EventLogDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate().meta({ description: 'Facts never change: the same as createdAt.' }),
    seq: z.int().meta({ description: 'Its place in the account’s chain, from 1.' }),
    event: z.string().meta({ description: 'Such as license.created.' }),
    resource: z.string(),
    action: z.string().meta({ description: 'The event without its resource: created.' }),
    changes: z.array(z.object({ field: z.string(), value: z.unknown() })).meta({
      description: 'Field and new value. "(erased)" stands for what said something of a user who is gone.',
    }),
    resourceId: z.string(),
    ipAddress: z.string().nullable(),
    actor: z
      .string()
      .meta({ description: 'operator:<id>, user:<id>, pat:<id>, system:<job>, console or visitor.' }),
    actorName: z.string().meta({ description: 'The actor as people know it.' }),
    requestId: z.string(),
    userId: z.uuid().nullable().meta({ description: 'The user it concerns.' }),
    user: UserDto.nullable().meta({ description: 'The user who did it, where a user did.' }),
  })
  .meta({ id: 'EventLog' })
export type EventLogDto = z.output<typeof EventLogDto>

const USER_ACTOR = 'user:'

/** The id of the user who acted; undefined where it was somebody else. */
export function actingUserId(event: Pick<EventDto, 'actor'>): string | undefined {
  return event.actor.startsWith(USER_ACTOR) ? event.actor.slice(USER_ACTOR.length) : undefined
}

export function toEventLogDto(event: EventDto, user: UserWithEmail | undefined): EventLogDto {
  return {
    id: event.id,
    createdAt: event.createdAt,
    updatedAt: event.createdAt,
    seq: event.seq,
    event: event.event,
    resource: event.resource,
    action: event.event.slice(event.event.indexOf('.') + 1),
    changes: Object.entries(event.changes).map(([field, value]) => ({ field, value })),
    resourceId: event.resourceId,
    ipAddress: event.ip,
    actor: event.actor,
    actorName: event.actorLabel,
    requestId: event.requestId,
    userId: event.userId,
    user: user ? toUserDto(user) : null,
  }
}
