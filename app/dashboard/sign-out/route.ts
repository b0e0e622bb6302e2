import { signOutOperator } from '#lib/access/operators/sign-out-operator.ts'
import { authorize } from '#lib/core/authorize.ts'
import { env } from '#lib/core/env.ts'
import { requireSameOrigin } from '#lib/web/forms/same-origin.ts'
import { CLEAR_SITE_DATA } from '#lib/web/headers.ts'
import { errorResponse } from '#lib/web/http/error-response.ts'
import { forgetOperatorToken, OPERATOR_LOGIN, operatorContext } from '#lib/web/sessions/operator.ts'

/** Ends this operator's session. A route and not an action, because only a route can send `Clear-Site-Data`. */
export async function POST(): Promise<Response> {
  const ctx = await operatorContext()
  try {
    await requireSameOrigin()
    await signOutOperator(authorize(ctx, 'public'))
    await forgetOperatorToken()
  } catch (error) {
    return errorResponse(error, ctx.requestId)
  }
  return new Response(null, {
    status: 303,
    headers: {
      location: `${env().PUBLIC_URL}${OPERATOR_LOGIN}?notice=signed-out`,
      'clear-site-data': CLEAR_SITE_DATA,
      'cache-control': 'no-store',
    },
  })
}
