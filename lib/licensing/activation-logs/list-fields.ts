import { activationLogs } from '#db/schema/license-parts.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

/** What lists of activation logs may be filtered and sorted by. */
export const activationLogListFields = {
  id: { kind: 'id', column: activationLogs.id },
  action: { kind: 'text', column: activationLogs.action },
  activationId: { kind: 'id', column: activationLogs.activationId },
  licenseId: { kind: 'id', column: activationLogs.licenseId },
  productId: { kind: 'id', column: activationLogs.productId },
  userId: { kind: 'id', column: activationLogs.userId },
  os: { kind: 'text', column: activationLogs.os },
  osVersion: { kind: 'text', column: activationLogs.osVersion },
  vmName: { kind: 'text', column: activationLogs.vmName },
  container: { kind: 'boolean', column: activationLogs.container },
  offline: { kind: 'boolean', column: activationLogs.offline },
  appVersion: { kind: 'text', column: activationLogs.appVersion },
  releaseVersion: { kind: 'text', column: activationLogs.releaseVersion },
  countryCode: { kind: 'text', column: activationLogs.countryCode },
  createdAt: { kind: 'date', column: activationLogs.createdAt },
} as const satisfies ListFields
