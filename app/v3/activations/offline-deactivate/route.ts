import { defineRoute } from '#lib/http/define-route.ts'
import { methods } from '#lib/http/methods.ts'
import { offlineDeactivate } from '#lib/offline/offline-deactivate.ts'
import { OfflineDeactivateInput } from '#lib/offline/offline-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Free a device that has no connection',
      permission: 'license:write',
      body: OfflineDeactivateInput,
      status: 204,
      errors: ['NOT_FOUND', 'INVALID_OFFLINE_REQUEST', 'ACTIVATION_NOT_FOUND', 'DEACTIVATION_LIMIT_REACHED'],
    },
    (ctx, { body }) => offlineDeactivate(ctx, body),
  ),
})
