import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { listMyReleases, myReleaseListFields } from '#lib/releases/list-my-releases.ts'
import { MyReleaseDto } from '#lib/releases/release-dto.ts'

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
