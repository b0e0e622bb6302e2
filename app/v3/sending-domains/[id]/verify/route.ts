import { z } from 'zod'
import { SendingDomainDto } from '#lib/announce/sending-domains/sending-domain-dto.ts'
import { verifySendingDomain } from '#lib/announce/sending-domains/verify-sending-domain.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: "Look for a sending domain's proof in its DNS",
      permission: 'automatedEmail:write',
      asksOthers: true,
      params: z.object({ id: id() }),
      response: SendingDomainDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT', 'SERVICE_UNAVAILABLE'],
    },
    (ctx, { params }) => verifySendingDomain(ctx, params.id),
  ),
})
