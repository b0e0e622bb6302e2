import { automatedEmailLogs, automatedEmails } from '#db/schema/webhooks.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

/** What the list of automated mails can be filtered and sorted by. */
export const automatedEmailListFields = {
  name: { kind: 'text', column: automatedEmails.name },
  event: { kind: 'text', column: automatedEmails.event },
  enabled: { kind: 'boolean', column: automatedEmails.enabled },
  custom: { kind: 'boolean', column: automatedEmails.custom },
  sent: { kind: 'number', column: automatedEmails.sent },
  createdAt: { kind: 'date', column: automatedEmails.createdAt },
  updatedAt: { kind: 'date', column: automatedEmails.updatedAt },
} as const satisfies ListFields

/** What their log can be filtered and sorted by. */
export const automatedEmailLogListFields = {
  automatedEmailId: { kind: 'id', column: automatedEmailLogs.automatedEmailId },
  event: { kind: 'text', column: automatedEmailLogs.event },
  resourceId: { kind: 'text', column: automatedEmailLogs.resourceId },
  createdAt: { kind: 'date', column: automatedEmailLogs.createdAt },
} as const satisfies ListFields
