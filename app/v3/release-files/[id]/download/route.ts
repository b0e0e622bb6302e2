import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { LICENSE_KEY_HEADER, licenseKeyOf } from '#lib/releases/check-input.ts'
import { DownloadDto, DownloadInput, downloadFile } from '#lib/releases/download-file.ts'

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
