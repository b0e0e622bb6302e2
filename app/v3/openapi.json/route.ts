import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { methods } from '#lib/http/methods.ts'
import { readOpenApiDocument } from '#lib/http/read-openapi.ts'

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
