import { z } from 'zod'
import { id, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'

const userIds = z
  .array(id())
  .max(1000, 'at most 1000 users')
  .nullable()
  .transform((ids) => [...new Set(ids ?? [])])
  .optional()
  .meta({ description: 'The users in it, all of them of the organization. Replaces the list before.' })
const description = z.preprocess((value) => (value === null ? '' : value), text(1000).optional())

/** Body of `POST /v3/organizations/{id}/user-groups`. */
export const CreateUserGroupInput = z.object({ name: text(256, 1), description, userIds })
export type CreateUserGroupInput = z.output<typeof CreateUserGroupInput>

/** Body of `PATCH /v3/organizations/{id}/user-groups/{groupId}`: any subset. */
export const UpdateUserGroupInput = z.object({ name: optionalField(text(256, 1)), description, userIds })
export type UpdateUserGroupInput = z.output<typeof UpdateUserGroupInput>
