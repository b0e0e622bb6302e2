import { LICENSE_KEY_HEADER, releaseCheckQuery, toReleaseCheck } from '#lib/licensing/releases/check-input.ts'
import { checkUpdate } from '#lib/licensing/releases/check-update.ts'
import { ReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Look for an update',
      description:
        'Needs no token. Answers the latest release of the channel if it is newer, else 204. Only the parts that both versions have are compared: 1.2.3 is as new as 1.2.3.4. Private releases and the addresses of secured files go only to those who send the key of a license that allows them.',
      permission: 'public',
      query: releaseCheckQuery,
      headers: LICENSE_KEY_HEADER,
      response: ReleaseDto,
      orNothing: true,
      status: 200,
      errors: ['INVALID_PRODUCT_ID', 'INVALID_RELEASE_VERSION_FORMAT', 'INVALID_ACCOUNT_ID'],
    },
    (ctx, { query, headers }) => checkUpdate(ctx, toReleaseCheck(query, headers), query.version),
  ),
})
