import { StatusBadge } from '#app/_ui/badge.tsx'
import type { WebhookDto } from '#lib/announce/webhooks/webhook-dto.ts'

/** Whether a webhook is called. Switched off by somebody comes before suspended by itself. */
export function WebhookState({ webhook }: { webhook: WebhookDto }) {
  if (!webhook.active) return <StatusBadge status="inactive" />
  return <StatusBadge status={webhook.suspended ? 'suspended' : 'active'} />
}
