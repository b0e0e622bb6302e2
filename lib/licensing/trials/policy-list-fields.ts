import { trialPolicies } from '#db/schema/trial-policies.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

/** What the list of trial policies can be filtered and sorted by. */
export const trialPolicyListFields = {
  name: { kind: 'text', column: trialPolicies.name },
  trialLength: { kind: 'number', column: trialPolicies.trialLength },
  createdAt: { kind: 'date', column: trialPolicies.createdAt },
  updatedAt: { kind: 'date', column: trialPolicies.updatedAt },
} as const satisfies ListFields
