import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { ActivationTokenDto } from '#lib/licensing/activations/activation-dto.ts'
import { beginTrial } from '#lib/licensing/trials/begin-trial.ts'
import { listTrials } from '#lib/licensing/trials/list-trials.ts'
import { trialListFields } from '#lib/licensing/trials/trial-conditions.ts'
import { TrialActivationDto } from '#lib/licensing/trials/trial-dto.ts'
import { TrialInput } from '#lib/licensing/trials/trial-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List trial activations',
      permission: 'trialActivation:read',
      query: listQuery(trialListFields),
      response: z.array(TrialActivationDto),
      status: 200,
    },
    (ctx, { query }) => listTrials(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Begin a trial on a device',
      description:
        'Needs no token. A device has one trial of a product: asked again, it gets a token of the same one, also after its end.',
      permission: 'public',
      body: TrialInput,
      response: ActivationTokenDto,
      status: 201,
      errors: [
        'INVALID_PRODUCT_ID',
        'TRIAL_NOT_ALLOWED',
        'IP_ADDRESS_NOT_ALLOWED',
        'COUNTRY_NOT_ALLOWED',
        'VM_ACTIVATION_NOT_ALLOWED',
        'CONTAINER_ACTIVATION_NOT_ALLOWED',
        'TRIAL_ACTIVATION_LIMIT_REACHED',
      ],
    },
    (ctx, { body }) => beginTrial(ctx, body),
  ),
})
