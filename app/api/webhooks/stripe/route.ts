import '#lib/announce/listen.ts'
import { db } from '#db/client.ts'
import { receiveEvent } from '#lib/billing/inbox/receive-event.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { findFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import { errorResponse } from '#lib/web/http/error-response.ts'
import { LARGEST_BODY, readBody } from '#lib/web/http/read-body.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** The payment provider's door: the signature over the raw body is the only proof it needs. */
export async function POST(request: Request): Promise<Response> {
  const requestId = newId()
  try {
    const rawBody = await readBody(request, LARGEST_BODY)
    const accountId = await findFirstAccount(db())
    if (!accountId)
      throw new AppError('SERVICE_UNAVAILABLE', 'There is no account yet.', { retryAfterSeconds: 60 })
    const visitor = {
      actor: { kind: 'visitor' as const },
      accountId,
      db: db(),
      clock,
      requestId,
      ip: null,
    }
    const reception = await receiveEvent(authorize(visitor, 'public'), {
      rawBody,
      signature: request.headers.get('stripe-signature'),
    })
    return Response.json({ received: reception }, { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    return errorResponse(error, requestId)
  }
}

function refuse(request: Request): Response {
  const message = `${request.method} is not allowed here. Allowed: POST.`
  const response = errorResponse(new AppError('METHOD_NOT_ALLOWED', message), newId())
  response.headers.set('allow', 'POST')
  return response
}

export { refuse as DELETE, refuse as GET, refuse as HEAD, refuse as PATCH, refuse as PUT }
