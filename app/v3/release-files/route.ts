import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createReleaseFile } from '#lib/releases/create-release-file.ts'
import { releaseFileListFields } from '#lib/releases/list-fields.ts'
import { listReleaseFiles } from '#lib/releases/list-release-files.ts'
import { ReleaseFileDto } from '#lib/releases/release-file-dto.ts'
import { CreateReleaseFileInput } from '#lib/releases/release-file-input.ts'

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
