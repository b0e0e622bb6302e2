import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteRelease } from '#lib/releases/delete-release.ts'
import { getRelease } from '#lib/releases/get-release.ts'
import { ReleaseDto } from '#lib/releases/release-dto.ts'
import { UpdateReleaseInput } from '#lib/releases/release-input.ts'
import { updateRelease } from '#lib/releases/update-release.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a release with its files',
      permission: 'release:read',
      params,
      response: ReleaseDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getRelease(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a release',
      permission: 'release:write',
      params,
      body: UpdateReleaseInput,
      response: ReleaseDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateRelease(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a release with the list of its files',
      permission: 'release:write',
      params,
      status: 204,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => deleteRelease(ctx, params.id),
  ),
})
