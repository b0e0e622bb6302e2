import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { listMyReleases, myReleaseListFields } from '#lib/licensing/releases/list-my-releases.ts'
import { MyReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the releases that my licenses allow',
      permission: 'me:read',
      query: listQuery(myReleaseListFields),
      response: z.array(MyReleaseDto),
      status: 200,
    },
    (ctx, { query }) => listMyReleases(ctx, query),
  ),
})
