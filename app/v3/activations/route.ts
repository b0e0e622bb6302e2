import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { activateLicense } from '#lib/licensing/activations/activate-license.ts'
import { ActivationDto, ActivationTokenDto } from '#lib/licensing/activations/activation-dto.ts'
import { ActivationInput } from '#lib/licensing/activations/activation-input.ts'
import { BulkDeletion, deleteActivations } from '#lib/licensing/activations/delete-activations.ts'
import { ACTIVATION_INCLUDES, listActivations } from '#lib/licensing/activations/list-activations.ts'
import { activationListFields } from '#lib/licensing/activations/select-activations.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List activations',
      description:
        '`include=user,organization` adds the owner and the organization of each activation’s license.',
      permission: 'activation:read',
      query: listQuery(activationListFields, { includes: ACTIVATION_INCLUDES }),
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
      body: ActivationInput,
      response: ActivationTokenDto,
      status: 201,
      errors: [
        'INVALID_PRODUCT_ID',
        'INVALID_RELEASE_VERSION_FORMAT',
        'RELEASE_VERSION_NOT_ALLOWED',
        'METER_ATTRIBUTE_USES_LIMIT_REACHED',
        'DEVICE_SWAP_LIMIT_REACHED',
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
  DELETE: defineRoute(
    {
      summary: 'Free many devices of a license on the vendor’s behalf',
      description:
        'Those activated in the time from `createdAt[gte]` to `createdAt[lte]` (or `createdAfter`, `createdBefore`); all of the license’s without either. The license’s deactivations are neither asked nor used up.',
      permission: 'license:write',
      query: BulkDeletion,
      status: 204,
      errors: ['NOT_FOUND'],
    },
    (ctx, { query }) => deleteActivations(ctx, query),
  ),
})
