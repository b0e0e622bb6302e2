import { z } from 'zod'
import { createPersonalAccessToken } from '#lib/access/tokens/create-personal-access-token.ts'
import {
  listPersonalAccessTokens,
  personalAccessTokenListFields,
} from '#lib/access/tokens/list-personal-access-tokens.ts'
import {
  NewPersonalAccessTokenDto,
  PersonalAccessTokenDto,
  ScopeName,
} from '#lib/access/tokens/personal-access-token-dto.ts'
import { instantInput, text } from '#lib/core/input/fields.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const CreateBody = z.object({
  name: text(256, 1),
  scopes: z.array(ScopeName).min(1, 'name at least one scope'),
  expiresAt: instantInput().nullish(),
})

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List personal access tokens',
      permission: 'personalAccessToken:write',
      query: listQuery(personalAccessTokenListFields, { searched: false }),
      response: z.array(PersonalAccessTokenDto),
      status: 200,
    },
    (ctx, { query }) => listPersonalAccessTokens(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a personal access token',
      description: 'The token is in this answer alone. It gets at most the scopes of its creator.',
      permission: 'personalAccessToken:write',
      body: CreateBody,
      response: NewPersonalAccessTokenDto,
      status: 201,
      secretAnswer: true,
    },
    (ctx, { body }) => createPersonalAccessToken(ctx, body),
  ),
})
