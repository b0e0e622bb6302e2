import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { composed } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { incrementMeter } from '#lib/meters/increment-meter.ts'
import { IncrementDto, IncrementInput } from '#lib/meters/meter-input.ts'

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
