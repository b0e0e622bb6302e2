import { z } from 'zod'
import { deleteTag } from '#lib/catalog/tags/delete-tag.ts'
import { getTag } from '#lib/catalog/tags/get-tag.ts'
import { TagDto } from '#lib/catalog/tags/tag-dto.ts'
import { UpdateTagInput } from '#lib/catalog/tags/tag-input.ts'
import { updateTag } from '#lib/catalog/tags/update-tag.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
