import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteReleaseFile } from '#lib/licensing/releases/delete-release-file.ts'
import { getReleaseFile } from '#lib/licensing/releases/get-release-file.ts'
import { ReleaseFileDto } from '#lib/licensing/releases/release-file-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a file of a release',
      permission: 'release:read',
      params,
      response: ReleaseFileDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getReleaseFile(ctx, params.id),
  ),
  DELETE: defineRoute(
    {
      summary: 'Take a file from its release',
      permission: 'release:write',
      params,
      status: 204,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => deleteReleaseFile(ctx, params.id),
  ),
})
