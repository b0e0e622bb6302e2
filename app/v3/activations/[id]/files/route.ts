import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { createMachineFile } from '#lib/licensing/offline/create-machine-file.ts'
import { OfflineFileDto } from '#lib/licensing/offline/file-dto.ts'
import { FileInput } from '#lib/licensing/offline/file-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Make a machine file',
      description: 'Like a license file, but only the activated device can read and use it.',
      permission: 'license:write',
      params: z.object({ id: id() }),
      body: FileInput,
      response: OfflineFileDto,
      status: 201,
      errors: ['ACTIVATION_NOT_FOUND', 'INVALID_LICENSE_TYPE', 'REVOKED_LICENSE', 'CONFLICT'],
    },
    (ctx, { params, body }) => createMachineFile(ctx, { ...body, id: params.id }),
  ),
})
