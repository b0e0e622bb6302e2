import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { getPublicUser } from '#lib/users/get-public-user.ts'
import { PublicUserDto } from '#lib/users/user-dto.ts'

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
