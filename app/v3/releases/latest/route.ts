import { LICENSE_KEY_HEADER, releaseCheckQuery, toReleaseCheck } from '#lib/licensing/releases/check-input.ts'
import { latestRelease } from '#lib/licensing/releases/latest-release.ts'
import { ReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get the latest release',
      description:
        'Needs no token; 204 if there is none. Private releases and the addresses of secured files go only to those who send the key of a license that allows them.',
      permission: 'public',
      query: releaseCheckQuery,
      headers: LICENSE_KEY_HEADER,
      response: ReleaseDto,
      orNothing: true,
      status: 200,
      errors: ['INVALID_PRODUCT_ID', 'INVALID_ACCOUNT_ID'],
    },
    (ctx, { query, headers }) => latestRelease(ctx, toReleaseCheck(query, headers)),
  ),
})
