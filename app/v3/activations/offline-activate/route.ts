import { offlineActivate } from '#lib/licensing/offline/offline-activate.ts'
import { OfflineActivateInput, OfflineResponseDto } from '#lib/licensing/offline/offline-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Activate a device that has no connection',
      description:
        'Takes the request that the device wrote. The same limits as online; the same request again answers the same device.',
      permission: 'license:write',
      body: OfflineActivateInput,
      response: OfflineResponseDto,
      status: 200,
      errors: [
        'NOT_FOUND',
        'INVALID_OFFLINE_REQUEST',
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
    (ctx, { body }) => offlineActivate(ctx, body),
  ),
})
