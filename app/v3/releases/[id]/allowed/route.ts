import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { allowedQuery, LICENSE_KEY_HEADER, licenseKeyOf } from '#lib/licensing/releases/check-input.ts'
import { isReleaseAllowed } from '#lib/licensing/releases/is-release-allowed.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Ask whether a release is allowed',
      description:
        'For a license key (in the address, or better in the header X-License-Key), else for the licenses of the signed-in customer, else for a personal access token with release:read, to which every release is. The rule is that of downloads and update checks; an unknown or replaced key is allowed nothing.',
      permission: 'public',
      params: z.object({ id: id() }),
      query: allowedQuery,
      headers: LICENSE_KEY_HEADER,
      response: z.object({ allowed: z.boolean() }),
      status: 200,
      errors: ['NOT_FOUND', 'AUTHENTICATION_REQUIRED', 'INVALID_ACCOUNT_ID'],
    },
    async (ctx, { params, query, headers }) => ({
      allowed: await isReleaseAllowed(ctx, params.id, licenseKeyOf(headers) ?? query.key),
    }),
  ),
})
