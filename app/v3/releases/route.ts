import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { createRelease } from '#lib/licensing/releases/create-release.ts'
import { listReleases, releaseListFields } from '#lib/licensing/releases/list-releases.ts'
import { ReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { CreateReleaseInput } from '#lib/licensing/releases/release-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
