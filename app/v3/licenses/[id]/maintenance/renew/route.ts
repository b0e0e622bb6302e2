import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { renewMaintenance } from '#lib/licensing/licenses/renew-maintenance.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: "Renew a license's maintenance by one interval",
      permission: 'license:write',
      params: z.object({ id: id() }),
      response: LicenseDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT', 'INVALID_INPUT'],
    },
    (ctx, { params }) => renewMaintenance(ctx, params.id),
  ),
})
