import { z } from 'zod'
import { deleteSendingDomain } from '#lib/announce/sending-domains/delete-sending-domain.ts'
import { getSendingDomain } from '#lib/announce/sending-domains/get-sending-domain.ts'
import { SendingDomainDto } from '#lib/announce/sending-domains/sending-domain-dto.ts'
import { UpdateSendingDomainInput } from '#lib/announce/sending-domains/sending-domain-input.ts'
import { updateSendingDomain } from '#lib/announce/sending-domains/update-sending-domain.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a sending domain',
      permission: 'automatedEmail:read',
      params,
      response: SendingDomainDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getSendingDomain(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Name another sending domain, to be verified anew',
      permission: 'automatedEmail:write',
      params,
      body: UpdateSendingDomainInput,
      response: SendingDomainDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT', 'IN_USE'],
    },
    (ctx, { params, body }) => updateSendingDomain(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Remove a sending domain',
      permission: 'automatedEmail:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
    },
    (ctx, { params }) => deleteSendingDomain(ctx, params.id),
  ),
})
