import { z } from 'zod'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'
import { readOpenApiDocument } from '#lib/web/http/openapi-document.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'This description',
      permission: 'public',
      response: z.looseObject({ openapi: z.string() }),
      status: 200,
    },
    async () => ({ ...(await readOpenApiDocument()) }),
  ),
})
