import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { methods } from '#lib/http/methods.ts'
import { listClaims } from '#lib/roles/list-claims.ts'

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
