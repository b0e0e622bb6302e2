import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { publishRelease } from '#lib/licensing/releases/publish-release.ts'
import { ReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { PublishReleaseInput } from '#lib/licensing/releases/release-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
