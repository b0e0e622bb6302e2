import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { replaceKey } from '#lib/licensing/licenses/replace-key.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
