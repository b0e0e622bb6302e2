import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { createReleaseName } from '#lib/licensing/releases/create-release-name.ts'
import { listReleaseNames, releaseNameListFields } from '#lib/licensing/releases/list-release-names.ts'
import { CreateReleaseNameInput, ReleaseNameDto } from '#lib/licensing/releases/release-name-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
