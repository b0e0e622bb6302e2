import { offlineDeactivate } from '#lib/licensing/offline/offline-deactivate.ts'
import { OfflineDeactivateInput } from '#lib/licensing/offline/offline-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
