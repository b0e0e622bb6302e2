import { z } from 'zod'
import { resendAutomatedEmail } from '#lib/automated-emails/resend-automated-email.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'

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
