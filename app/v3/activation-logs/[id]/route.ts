import { z } from 'zod'
import { ActivationLogDto } from '#lib/activation-logs/activation-log-dto.ts'
import { getActivationLog } from '#lib/activation-logs/get-activation-log.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get an activation log',
      permission: 'activation:read',
      params: z.object({ id: id() }),
      response: ActivationLogDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getActivationLog(ctx, params),
  ),
})
