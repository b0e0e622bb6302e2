import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { ActivationLogDto } from '#lib/licensing/activation-logs/activation-log-dto.ts'
import { getActivationLog } from '#lib/licensing/activation-logs/get-activation-log.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
