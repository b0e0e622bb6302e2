import {
  beginOfflineTrial,
  OfflineTrialDto,
  OfflineTrialInput,
} from '#lib/licensing/trials/begin-offline-trial.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Begin a trial on a device that has no connection',
      description:
        'Takes the request that the device wrote (`type` "trial"), in the format of offline activation. Needs no token. The same request again answers the same trial.',
      permission: 'public',
      body: OfflineTrialInput,
      response: OfflineTrialDto,
      status: 200,
      errors: [
        'INVALID_PRODUCT_ID',
        'INVALID_OFFLINE_REQUEST',
        'TRIAL_NOT_ALLOWED',
        'IP_ADDRESS_NOT_ALLOWED',
        'COUNTRY_NOT_ALLOWED',
        'VM_ACTIVATION_NOT_ALLOWED',
        'CONTAINER_ACTIVATION_NOT_ALLOWED',
        'TRIAL_ACTIVATION_LIMIT_REACHED',
      ],
    },
    (ctx, { body }) => beginOfflineTrial(ctx, body),
  ),
})
