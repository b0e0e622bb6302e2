import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createReleaseName } from '#lib/releases/create-release-name.ts'
import { listReleaseNames, releaseNameListFields } from '#lib/releases/list-release-names.ts'
import { CreateReleaseNameInput, ReleaseNameDto } from '#lib/releases/release-name-dto.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List release platforms',
      permission: 'release:read',
      query: listQuery(releaseNameListFields.platform),
      response: z.array(ReleaseNameDto),
      status: 200,
    },
    (ctx, { query }) => listReleaseNames(ctx, 'platform', query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a release platform',
      description: 'Releases also make the platforms that they name.',
      permission: 'release:write',
      body: CreateReleaseNameInput,
      response: ReleaseNameDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createReleaseName(ctx, 'platform', body),
  ),
})
