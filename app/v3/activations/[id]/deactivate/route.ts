import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { DeactivationInput, deactivateActivation } from '#lib/licensing/activations/deactivate-activation.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Deactivate a device',
      description:
        'For the device itself: the body names the license key. A bearer with license:write or the owner’s does as well; without either, the call must come from the address the device was last seen at.',
      permission: 'public',
      params: z.object({ id: id() }),
      body: DeactivationInput,
      status: 204,
      errors: ['ACTIVATION_NOT_FOUND', 'DEACTIVATION_LIMIT_REACHED'],
    },
    (ctx, { params, body }) => deactivateActivation(ctx, { ...body, id: params.id }),
  ),
})
