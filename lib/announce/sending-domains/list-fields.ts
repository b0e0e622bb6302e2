import { sendingDomains } from '#db/schema/webhooks.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

/** What the list of sending domains can be filtered and sorted by. */
export const sendingDomainListFields = {
  domain: { kind: 'text', column: sendingDomains.domain },
  verifiedAt: { kind: 'date', column: sendingDomains.verifiedAt },
  createdAt: { kind: 'date', column: sendingDomains.createdAt },
} as const satisfies ListFields
