import { sendFile } from '#app/_ui/send-file.ts'
import { notFound } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { createMyLicenseFile } from '#lib/licensing/offline/create-my-license-file.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'

/** The license file of the customer's own license, to be saved. */
export async function POST(
  _request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params
  const page = `/me/licenses/${encodeURIComponent(id)}/offline`
  const ctx = await authorizeCustomer('me:write', { returnTo: page })
  return sendFile(page, async () => {
    if (!isId(id)) throw notFound('license')
    return createMyLicenseFile(ctx, { id: id.toLowerCase() })
  })
}
