import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteTag } from '#lib/tags/delete-tag.ts'
import { getTag } from '#lib/tags/get-tag.ts'
import { TagDto } from '#lib/tags/tag-dto.ts'
import { UpdateTagInput } from '#lib/tags/tag-input.ts'
import { updateTag } from '#lib/tags/update-tag.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a tag',
      permission: 'tag:read',
      params,
      response: TagDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getTag(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a tag',
      permission: 'tag:write',
      params,
      body: UpdateTagInput,
      response: TagDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateTag(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a tag that nothing refers to',
      permission: 'tag:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
    },
    (ctx, { params }) => deleteTag(ctx, params.id),
  ),
})
