import { z } from 'zod'
import { composed } from '#lib/core/input/fields.ts'
import { incrementMeter } from '#lib/licensing/meters/increment-meter.ts'
import { IncrementDto, IncrementInput } from '#lib/licensing/meters/meter-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Count uses on a device',
      description:
        'The path names the license’s counter, by id or by name. A negative increment gives uses back, never more than the device has used. Needs no token: the activation’s id is the proof; key and fingerprint, where shown, must fit.',
      permission: 'public',
      params: z.object({ id: z.string().overwrite(composed).min(1).max(256) }),
      body: IncrementInput,
      response: IncrementDto,
      status: 200,
      errors: ['ACTIVATION_NOT_FOUND', 'NOT_FOUND', 'REVOKED_LICENSE', 'METER_ATTRIBUTE_USES_LIMIT_REACHED'],
    },
    (ctx, { params, body }) => incrementMeter(ctx, { ...body, meter: params.id }),
  ),
})
