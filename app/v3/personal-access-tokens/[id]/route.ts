import { z } from 'zod'
import { deletePersonalAccessToken } from '#lib/access/tokens/delete-personal-access-token.ts'
import { getPersonalAccessToken } from '#lib/access/tokens/get-personal-access-token.ts'
import { PersonalAccessTokenDto } from '#lib/access/tokens/personal-access-token-dto.ts'
import { revokePersonalAccessToken } from '#lib/access/tokens/revoke-personal-access-token.ts'
import { bool, id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })
const UpdateBody = z.object({
  revoked: bool().refine((value) => value, 'a token can only be revoked: send { "revoked": true }'),
})

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a personal access token',
      permission: 'personalAccessToken:write',
      params,
      response: PersonalAccessTokenDto,
      status: 200,
    },
    (ctx, { params }) => getPersonalAccessToken(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Revoke a personal access token',
      permission: 'personalAccessToken:write',
      params,
      body: UpdateBody,
      response: PersonalAccessTokenDto,
      status: 200,
    },
    (ctx, { params }) => revokePersonalAccessToken(ctx, params.id),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a personal access token',
      permission: 'personalAccessToken:write',
      params,
      status: 204,
    },
    (ctx, { params }) => deletePersonalAccessToken(ctx, params.id),
  ),
})
