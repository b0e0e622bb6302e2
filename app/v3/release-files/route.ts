import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { createReleaseFile } from '#lib/licensing/releases/create-release-file.ts'
import { listReleaseFiles, releaseFileListFields } from '#lib/licensing/releases/list-release-files.ts'
import { ReleaseFileDto } from '#lib/licensing/releases/release-file-dto.ts'
import { CreateReleaseFileInput } from '#lib/licensing/releases/release-file-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List files of releases',
      permission: 'release:read',
      query: listQuery(releaseFileListFields),
      response: z.array(ReleaseFileDto),
      status: 200,
    },
    (ctx, { query }) => listReleaseFiles(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Add a file to a release',
      description: 'The file lies elsewhere; its address must start with https://.',
      permission: 'release:write',
      body: CreateReleaseFileInput,
      response: ReleaseFileDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createReleaseFile(ctx, body),
  ),
})
