import { StatusBadge } from '#app/_ui/badge.tsx'
import type { OrderState } from '#lib/billing/orders/order-dto.ts'

const TONES: Record<OrderState, 'success' | 'warning' | 'error' | 'info' | 'neutral'> = {
  open: 'neutral',
  processing: 'info',
  paid: 'info',
  fulfilled: 'success',
  attention: 'error',
  failed: 'error',
  expired: 'neutral',
}

export function OrderStateBadge({ state }: { state: OrderState }) {
  return <StatusBadge status={state === 'attention' ? 'needs attention' : state} tone={TONES[state]} />
}
