import { z } from 'zod'
import { listClaims } from '#lib/access/roles/list-claims.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the names of all permissions',
      permission: 'role:read',
      response: z.array(z.string()),
      status: 200,
    },
    (ctx) => listClaims(ctx),
  ),
})
