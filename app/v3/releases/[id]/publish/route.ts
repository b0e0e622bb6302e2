import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { publishRelease } from '#lib/releases/publish-release.ts'
import { ReleaseDto } from '#lib/releases/release-dto.ts'
import { PublishReleaseInput } from '#lib/releases/release-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Publish a release',
      description: 'One that is published already stays as it is.',
      permission: 'release:write',
      params: z.object({ id: id() }),
      body: PublishReleaseInput,
      response: ReleaseDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, body }) => publishRelease(ctx, params.id, body),
  ),
})
