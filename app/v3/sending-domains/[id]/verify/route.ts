import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { SendingDomainDto } from '#lib/sending-domains/sending-domain-dto.ts'
import { verifySendingDomain } from '#lib/sending-domains/verify-sending-domain.ts'

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
