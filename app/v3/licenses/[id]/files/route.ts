import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { createLicenseFile } from '#lib/licensing/offline/create-license-file.ts'
import { OfflineFileDto } from '#lib/licensing/offline/file-dto.ts'
import { FileInput } from '#lib/licensing/offline/file-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
