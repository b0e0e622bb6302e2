import { trialActivations } from '#db/schema/trials.ts'
import type { ListFields } from '#lib/core/list/filter.ts'
import { metadataListFields } from '#lib/core/metadata/metadata-filter.ts'

/** What lists of trial activations can be filtered and sorted by. */
export const trialListFields = {
  ...metadataListFields,
  id: { kind: 'id', column: trialActivations.id },
  productId: { kind: 'id', column: trialActivations.productId },
  os: { kind: 'text', column: trialActivations.os },
  osVersion: { kind: 'text', column: trialActivations.osVersion },
  hostname: { kind: 'text', column: trialActivations.hostname },
  vmName: { kind: 'text', column: trialActivations.vmName },
  container: { kind: 'boolean', column: trialActivations.container },
  offline: { kind: 'boolean', column: trialActivations.offline },
  appVersion: { kind: 'text', column: trialActivations.appVersion },
  releaseVersion: { kind: 'text', column: trialActivations.releaseVersion },
  fingerprint: { kind: 'text', column: trialActivations.fingerprint },
  countryCode: { kind: 'text', column: trialActivations.countryCode },
  expiresAt: { kind: 'date', column: trialActivations.expiresAt },
  createdAt: { kind: 'date', column: trialActivations.createdAt },
  updatedAt: { kind: 'date', column: trialActivations.updatedAt },
  // Answered by `trial-conditions.ts`, because it depends on the time.
  expired: { kind: 'boolean' },
} as const satisfies ListFields
