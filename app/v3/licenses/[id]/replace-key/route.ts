import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { LicenseDto } from '#lib/licenses/license-dto.ts'
import { replaceKey } from '#lib/licenses/replace-key.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Replace a license’s key',
      description:
        'The new key is mailed to the owner. The old one takes no new device; devices that know it may use it for 14 days more.',
      permission: 'license:write',
      params: z.object({ id: id() }),
      response: LicenseDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params }) => replaceKey(ctx, params.id),
  ),
})
