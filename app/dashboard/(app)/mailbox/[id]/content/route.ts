import { authorize } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { getMail } from '#lib/mail/get-mail.ts'
import { errorResponse } from '#lib/web/http/error-response.ts'
import { operatorContext } from '#lib/web/sessions/operator.ts'

/**
 * A mail as it looks, for the frame on its page. It needs a policy of its own: mails carry inline styles, which pages forbid,
 * and nothing else. The middleware leaves this path alone.
 */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const ctx = await operatorContext()
  try {
    const { id } = await params
    if (!isId(id)) throw notFound('mail')
    const mail = await getMail(authorize(ctx, 'mail:read'), id)
    return new Response(mail.html ?? '', {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; sandbox allow-scripts; frame-ancestors 'self'",
        'cache-control': 'private, no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      },
    })
  } catch (error) {
    return errorResponse(error, ctx.requestId)
  }
}
