import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { listMyLicenses, myLicenseListFields } from '#lib/licensing/licenses/list-my-licenses.ts'
import { MyLicenseDto } from '#lib/licensing/licenses/my-license-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List my licenses',
      permission: 'me:read',
      query: listQuery(myLicenseListFields),
      response: z.array(MyLicenseDto),
      status: 200,
    },
    (ctx, { query }) => listMyLicenses(ctx, query),
  ),
})
