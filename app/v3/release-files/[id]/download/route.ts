import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { LICENSE_KEY_HEADER, licenseKeyOf } from '#lib/licensing/releases/check-input.ts'
import { DownloadDto, DownloadInput, downloadFile } from '#lib/licensing/releases/download-file.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Find out where a file lies',
      description:
        'Needs no token. Secured files and files of private releases need the key of a license that allows the release, in the body or in the header X-License-Key, never in the address; without it they look like files that do not exist. Each call counts as a download, also with an Idempotency-Key: it is asked every time whether the key still allows it.',
      permission: 'public',
      params: z.object({ id: id() }),
      body: DownloadInput,
      headers: LICENSE_KEY_HEADER,
      neverKept: true,
      response: DownloadDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, body, headers }) => downloadFile(ctx, params.id, licenseKeyOf(headers) ?? body.key),
  ),
})
