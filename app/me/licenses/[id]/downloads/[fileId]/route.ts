import { AppError } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { downloadMyFile } from '#lib/licensing/releases/download-my-file.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'

/**
 * Sends the browser on to a file that the license allows, and counts that. Pages link here only. The file's address is revealed
 * at the last moment, if the license allows it at that moment.
 */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ id: string; fileId: string }> },
): Promise<Response> {
  const { id, fileId } = await params
  const page = `/me/licenses/${encodeURIComponent(id)}`
  const ctx = await authorizeCustomer('me:read', { returnTo: page })
  if (!isId(id) || !isId(fileId)) return seeOther(`${page}?done=no-file`)
  try {
    return seeOther(await downloadMyFile(ctx, { licenseId: id, fileId }))
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return seeOther(`${page}?done=no-file`)
    throw error
  }
}

/** Looking is not downloading. */
export function HEAD(): Response {
  return new Response(null, { status: 405, headers: { allow: 'GET' } })
}

function seeOther(location: string): Response {
  const headers = { location, 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer' }
  return new Response(null, { status: 303, headers })
}
