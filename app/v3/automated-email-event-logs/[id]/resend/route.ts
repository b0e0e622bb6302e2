import { z } from 'zod'
import { resendAutomatedEmail } from '#lib/announce/automated-emails/resend-automated-email.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Send an automated email again, as it was written then',
      permission: 'automatedEmail:write',
      params: z.object({ id: id() }),
      response: z.object({ mailId: z.uuid() }),
      status: 202,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params }) => resendAutomatedEmail(ctx, params.id),
  ),
})
