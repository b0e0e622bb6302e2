import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { listMyLicenses, myLicenseListFields } from '#lib/licenses/list-my-licenses.ts'
import { MyLicenseDto } from '#lib/licenses/my-license-dto.ts'

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
