import { orderStatus } from '#lib/billing/orders/order-status.ts'
import { authorize } from '#lib/core/authorize.ts'
import { errorResponse } from '#lib/web/http/error-response.ts'
import { customerContext } from '#lib/web/sessions/customer.ts'

export const runtime = 'nodejs'

interface StatusContext {
  params: Promise<{ sessionId: string }>
}

/** The state of the signed-in customer's own order, for the waiting page after the payment. It holds no key. */
export async function GET(_request: Request, { params }: StatusContext): Promise<Response> {
  const ctx = await customerContext()
  try {
    const { state } = await orderStatus(authorize(ctx, 'me:read'), (await params).sessionId)
    return Response.json({ state }, { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    return errorResponse(error, ctx.requestId)
  }
}
