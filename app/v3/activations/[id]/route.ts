import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { ActivationDto, ActivationTokenDto } from '#lib/licensing/activations/activation-dto.ts'
import { ActivationInput } from '#lib/licensing/activations/activation-input.ts'
import { deleteActivation } from '#lib/licensing/activations/delete-activation.ts'
import { getActivation } from '#lib/licensing/activations/get-activation.ts'
import { syncActivation } from '#lib/licensing/activations/sync-activation.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get an activation',
      permission: 'activation:read',
      params,
      response: ActivationDto,
      status: 200,
      errors: ['ACTIVATION_NOT_FOUND'],
    },
    (ctx, { params }) => getActivation(ctx, params),
  ),
  PATCH: defineRoute(
    {
      summary: 'Synchronize an activation',
      description:
        'Takes the body of activating and needs no token: key, product and fingerprint must be those of the activation.',
      permission: 'public',
      params,
      body: ActivationInput,
      response: ActivationTokenDto,
      status: 200,
      errors: [
        'ACTIVATION_NOT_FOUND',
        'INVALID_ACTIVATION_FINGERPRINT',
        'INVALID_RELEASE_VERSION_FORMAT',
        'RELEASE_VERSION_NOT_ALLOWED',
        'METER_ATTRIBUTE_USES_LIMIT_REACHED',
        'REVOKED_LICENSE',
        'LICENSE_NOT_EFFECTIVE',
        'INVALID_LICENSE_TYPE',
        'IP_ADDRESS_NOT_ALLOWED',
        'COUNTRY_NOT_ALLOWED',
        'VM_ACTIVATION_NOT_ALLOWED',
        'CONTAINER_ACTIVATION_NOT_ALLOWED',
        'ACTIVATION_LIMIT_REACHED',
      ],
    },
    (ctx, { params, body }) => syncActivation(ctx, { ...body, id: params.id }),
  ),
  DELETE: defineRoute(
    {
      summary: 'Free a device on the vendor’s behalf',
      description: 'The license’s deactivations are neither asked nor used up.',
      permission: 'license:write',
      params,
      status: 204,
      errors: ['ACTIVATION_NOT_FOUND'],
    },
    (ctx, { params }) => deleteActivation(ctx, params),
  ),
})
