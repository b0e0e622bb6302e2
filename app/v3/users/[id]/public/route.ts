import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { getPublicUser } from '#lib/people/users/get-public-user.ts'
import { PublicUserDto } from '#lib/people/users/user-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: "Get a user's public profile",
      permission: 'public',
      params: z.object({ id: id() }),
      response: PublicUserDto,
      status: 200,
    },
    (ctx, { params }) => getPublicUser(ctx, params),
  ),
})
