import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { LicenseDto } from '#lib/licenses/license-dto.ts'
import { renewMaintenance } from '#lib/licenses/renew-maintenance.ts'

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
