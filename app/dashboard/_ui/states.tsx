import { StatusBadge } from '#app/_ui/badge.tsx'
import type { WebhookDto } from '#lib/announce/webhooks/webhook-dto.ts'
import type { OrderState } from '#lib/billing/orders/order-dto.ts'
import type { LicenseStatus } from '#lib/licensing/licenses/status.ts'

const LICENSE_TONES: Record<LicenseStatus, 'success' | 'warning' | 'error' | 'info'> = {
  ACTIVE: 'success',
  EXPIRING_SOON: 'warning',
  GRACE: 'warning',
  EXPIRED: 'warning',
  NOT_EFFECTIVE: 'info',
  SUSPENDED: 'warning',
  BANNED: 'error',
  REVOKED: 'error',
}

export function LicenseStatusBadge({ status }: { status: LicenseStatus }) {
  return <StatusBadge status={status.toLowerCase()} tone={LICENSE_TONES[status]} />
}

const ORDER_TONES: Record<OrderState, 'success' | 'warning' | 'error' | 'info' | 'neutral'> = {
  open: 'neutral',
  processing: 'info',
  paid: 'info',
  fulfilled: 'success',
  attention: 'error',
  failed: 'error',
  expired: 'neutral',
}

export function OrderStateBadge({ state }: { state: OrderState }) {
  return <StatusBadge status={state === 'attention' ? 'needs attention' : state} tone={ORDER_TONES[state]} />
}

/** Whether a webhook is called. Switched off by somebody comes before suspended by itself. */
export function WebhookState({ webhook }: { webhook: WebhookDto }) {
  if (!webhook.active) return <StatusBadge status="inactive" />
  return <StatusBadge status={webhook.suspended ? 'suspended' : 'active'} />
}

/** Marks an unproved address, which a stranger may have registered. */
export function Unproved() {
  return (
    <span
      className="badge badge-warning badge-sm ml-2 whitespace-nowrap"
      title="Nobody has proved to read mails to this address."
    >
      unproved
    </span>
  )
}
