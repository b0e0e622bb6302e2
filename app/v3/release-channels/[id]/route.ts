import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteReleaseName } from '#lib/licensing/releases/delete-release-name.ts'
import { getReleaseName } from '#lib/licensing/releases/get-release-name.ts'
import { ReleaseNameDto, UpdateReleaseNameInput } from '#lib/licensing/releases/release-name-dto.ts'
import { updateReleaseName } from '#lib/licensing/releases/update-release-name.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a release channel',
      permission: 'release:read',
      params,
      response: ReleaseNameDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getReleaseName(ctx, 'channel', params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a release channel',
      description: 'Its name stays while releases use it.',
      permission: 'release:write',
      params,
      body: UpdateReleaseNameInput,
      response: ReleaseNameDto,
      status: 200,
      errors: ['NOT_FOUND', 'IN_USE', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateReleaseName(ctx, 'channel', params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a release channel that no release uses',
      permission: 'release:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
    },
    (ctx, { params }) => deleteReleaseName(ctx, 'channel', params.id),
  ),
})
