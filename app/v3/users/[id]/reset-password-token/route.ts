import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { createResetToken, ResetTokenDto } from '#lib/people/passwords/create-reset-token.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Make a password reset token for a user',
      description:
        'For portals that run their own reset. Only for users with the role "user"; audited. The token lives one hour, works once, and dies when password or email address change.',
      permission: 'user:write',
      params: z.object({ id: id() }),
      response: ResetTokenDto,
      status: 200,
      secretAnswer: true,
      errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT'],
    },
    (ctx, { params }) => createResetToken(ctx, params),
  ),
})
