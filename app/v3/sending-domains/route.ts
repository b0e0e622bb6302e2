import { z } from 'zod'
import { createSendingDomain } from '#lib/announce/sending-domains/create-sending-domain.ts'
import {
  listSendingDomains,
  sendingDomainListFields,
} from '#lib/announce/sending-domains/list-sending-domains.ts'
import { SendingDomainDto } from '#lib/announce/sending-domains/sending-domain-dto.ts'
import { CreateSendingDomainInput } from '#lib/announce/sending-domains/sending-domain-input.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the domains that automated emails may come from',
      permission: 'automatedEmail:read',
      query: listQuery(sendingDomainListFields),
      response: z.array(SendingDomainDto),
      status: 200,
    },
    (ctx, { query }) => listSendingDomains(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Add a sending domain',
      description: 'It counts once the TXT record `dnsRecord` stands in its DNS and was verified.',
      permission: 'automatedEmail:write',
      body: CreateSendingDomainInput,
      response: SendingDomainDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createSendingDomain(ctx, body),
  ),
})
