import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteReleaseFile } from '#lib/releases/delete-release-file.ts'
import { getReleaseFile } from '#lib/releases/get-release-file.ts'
import { ReleaseFileDto } from '#lib/releases/release-file-dto.ts'

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
