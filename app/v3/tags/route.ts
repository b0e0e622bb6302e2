import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createTag } from '#lib/tags/create-tag.ts'
import { listTags, tagListFields } from '#lib/tags/list-tags.ts'
import { TagDto } from '#lib/tags/tag-dto.ts'
import { CreateTagInput } from '#lib/tags/tag-input.ts'

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
