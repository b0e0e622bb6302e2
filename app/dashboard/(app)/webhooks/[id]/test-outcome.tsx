import { Alert } from '#app/_ui/alert.tsx'
import { firstOf, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { listDeliveries } from '#lib/announce/webhooks/list-deliveries.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { isId } from '#lib/core/ids.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'

/** Shows the result of the sample that was just sent: `?tested=<delivery>`. */
export async function TestOutcome({
  ctx,
  webhookId,
  searchParams,
}: {
  ctx: Authorized<'webhook:read'>
  webhookId: string
  searchParams: SearchParams
}) {
  const id = firstOf((await searchParams).tested)
  if (!isId(id)) return null
  const { items } = await listDeliveries(ctx, {
    ...FIRST_PAGE,
    filters: [
      { field: 'webhookId', operator: 'eq', values: [webhookId] },
      { field: 'id', operator: 'eq', values: [id.toLowerCase()] },
    ],
  })
  const [delivery] = items
  if (!delivery) return null
  return (
    <div className="mb-4">
      {delivery.status === 'delivered' ? (
        <Alert tone="success">
          The sample of <code>{delivery.event}</code> arrived: {delivery.responseStatus} after{' '}
          {delivery.durationMs} ms.
        </Alert>
      ) : (
        <Alert tone="error">
          The sample of <code>{delivery.event}</code> did not arrive. {delivery.error}
        </Alert>
      )}
    </div>
  )
}
