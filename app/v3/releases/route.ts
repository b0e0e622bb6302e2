import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createRelease } from '#lib/releases/create-release.ts'
import { releaseListFields } from '#lib/releases/list-fields.ts'
import { listReleases } from '#lib/releases/list-releases.ts'
import { ReleaseDto } from '#lib/releases/release-dto.ts'
import { CreateReleaseInput } from '#lib/releases/release-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List releases',
      permission: 'release:read',
      query: listQuery(releaseListFields),
      response: z.array(ReleaseDto),
      status: 200,
    },
    (ctx, { query }) => listReleases(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a release as a draft',
      description: 'Channels and platforms that it names and that are new are made with it.',
      permission: 'release:write',
      body: CreateReleaseInput,
      response: ReleaseDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createRelease(ctx, body),
  ),
})
