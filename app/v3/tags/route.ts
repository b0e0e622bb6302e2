import { z } from 'zod'
import { createTag } from '#lib/catalog/tags/create-tag.ts'
import { listTags, tagListFields } from '#lib/catalog/tags/list-tags.ts'
import { TagDto } from '#lib/catalog/tags/tag-dto.ts'
import { CreateTagInput } from '#lib/catalog/tags/tag-input.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List tags',
      permission: 'tag:read',
      query: listQuery(tagListFields),
      response: z.array(TagDto),
      status: 200,
    },
    (ctx, { query }) => listTags(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a tag',
      permission: 'tag:write',
      body: CreateTagInput,
      response: TagDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createTag(ctx, body),
  ),
})
