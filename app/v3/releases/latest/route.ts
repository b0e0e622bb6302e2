import { defineRoute } from '#lib/http/define-route.ts'
import { methods } from '#lib/http/methods.ts'
import { LICENSE_KEY_HEADER, releaseCheckQuery, toReleaseCheck } from '#lib/releases/check-input.ts'
import { latestRelease } from '#lib/releases/latest-release.ts'
import { ReleaseDto } from '#lib/releases/release-dto.ts'

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
