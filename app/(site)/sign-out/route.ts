import { cookies } from 'next/headers'
import { signOutCustomer } from '#lib/access/tokens/sign-out-customer.ts'
import { authorize } from '#lib/core/authorize.ts'
import { env } from '#lib/core/env.ts'
import { requireSameOrigin } from '#lib/web/forms/same-origin.ts'
import { CLEAR_SITE_DATA } from '#lib/web/headers.ts'
import { errorResponse } from '#lib/web/http/error-response.ts'
import { sessionCookie } from '#lib/web/sessions/cookie-names.ts'
import { customerContext } from '#lib/web/sessions/customer.ts'

/** Ends this browser's session. A route and not an action, because only a route can send `Clear-Site-Data`. */
export async function POST(): Promise<Response> {
  const ctx = await customerContext()
  try {
    await requireSameOrigin()
    if (ctx.actor.kind === 'customer') await signOutCustomer(authorize(ctx, 'me:write'))
    const { name, attributes } = sessionCookie()
    const jar = await cookies()
    jar.set({ name, value: '', maxAge: 0, ...attributes })
  } catch (error) {
    return errorResponse(error, ctx.requestId)
  }
  return new Response(null, {
    status: 303,
    headers: {
      location: `${env().PUBLIC_URL}/`,
      'clear-site-data': CLEAR_SITE_DATA,
      'cache-control': 'no-store',
    },
  })
}
