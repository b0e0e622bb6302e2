import { z } from 'zod'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Ask whether single sign-on with SAML is on',
      permission: 'public',
      body: z.looseObject({}),
      response: z.object({ enabled: z.literal(false) }),
      status: 200,
    },
    async () => ({ enabled: false as const }),
  ),
})
