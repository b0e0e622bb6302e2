import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { createLicenseFile } from '#lib/offline/create-license-file.ts'
import { OfflineFileDto } from '#lib/offline/file-dto.ts'
import { FileInput } from '#lib/offline/file-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Make a license file',
      description:
        'A signed, by default encrypted file from which an application reads the license without the server. It always expires.',
      permission: 'license:write',
      params: z.object({ id: id() }),
      body: FileInput,
      response: OfflineFileDto,
      status: 201,
      errors: ['NOT_FOUND', 'REVOKED_LICENSE', 'CONFLICT'],
    },
    (ctx, { params, body }) => createLicenseFile(ctx, { ...body, id: params.id }),
  ),
})
