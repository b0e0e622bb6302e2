import { z } from 'zod'
import { activateLicense } from '#lib/activations/activate-license.ts'
import { ActivationDto } from '#lib/activations/activation-dto.ts'
import { ActivationInput } from '#lib/activations/activation-input.ts'
import { ActivationTokenDto } from '#lib/activations/activation-token-dto.ts'
import { listActivations } from '#lib/activations/list-activations.ts'
import { activationListFields } from '#lib/activations/list-fields.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List activations',
      permission: 'activation:read',
      query: listQuery(activationListFields),
      response: z.array(ActivationDto),
      status: 200,
    },
    (ctx, { query }) => listActivations(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Activate a license on a device',
      description:
        'Needs no token: the license key is the proof. The same device never takes a second place. Suspended and expired licenses activate, with a token that says so.',
      permission: 'public',
      cors: true,
      body: ActivationInput,
      response: ActivationTokenDto,
      status: 201,
      errors: [
        'INVALID_PRODUCT_ID',
        'INVALID_LICENSE_KEY',
        'REVOKED_LICENSE',
        'LICENSE_NOT_EFFECTIVE',
        'INVALID_LICENSE_TYPE',
        'IP_ADDRESS_NOT_ALLOWED',
        'COUNTRY_NOT_ALLOWED',
        'VM_ACTIVATION_NOT_ALLOWED',
        'CONTAINER_ACTIVATION_NOT_ALLOWED',
        'AUTHENTICATION_FAILED',
        'ACTIVATION_LIMIT_REACHED',
      ],
    },
    (ctx, { body }) => activateLicense(ctx, body),
  ),
})
