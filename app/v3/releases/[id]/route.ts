import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteRelease } from '#lib/licensing/releases/delete-release.ts'
import { getRelease } from '#lib/licensing/releases/get-release.ts'
import { ReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { UpdateReleaseInput } from '#lib/licensing/releases/release-input.ts'
import { updateRelease } from '#lib/licensing/releases/update-release.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
