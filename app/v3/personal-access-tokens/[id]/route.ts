import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { bool, id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deletePersonalAccessToken } from '#lib/tokens/delete-personal-access-token.ts'
import { getPersonalAccessToken } from '#lib/tokens/get-personal-access-token.ts'
import { PersonalAccessTokenDto } from '#lib/tokens/personal-access-token-dto.ts'
import { revokePersonalAccessToken } from '#lib/tokens/revoke-personal-access-token.ts'

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
