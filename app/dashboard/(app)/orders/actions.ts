'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { replayEvent } from '#lib/billing/inbox/replay-event.ts'
import { replayOrder } from '#lib/billing/orders/replay-order.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

export const replayOrderAction = defineAction(
  { area: 'operator', permission: 'order:write', schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await replayOrder(ctx, input.id)
    redirect(`/dashboard/orders/${input.id}?done=replayed`)
  },
)

export const replayEventAction = defineAction(
  {
    area: 'operator',
    permission: 'order:write',
    schema: z.object({ orderId: id(), eventId: z.string().min(1).max(255) }),
  },
  async (ctx, input) => {
    await replayEvent(ctx, input.eventId)
    redirect(`/dashboard/orders/${input.orderId}?done=replayed`)
  },
)
