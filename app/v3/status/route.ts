import { z } from 'zod'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Whether the Web API answers',
      permission: 'public',
      response: z.object({ status: z.literal('OK') }),
      status: 200,
    },
    async () => ({ status: 'OK' as const }),
  ),
})
