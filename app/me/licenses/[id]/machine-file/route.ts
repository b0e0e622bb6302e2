import { sendFile } from '#app/_ui/send-file.ts'
import { isId } from '#lib/core/ids.ts'
import { activationNotFound } from '#lib/licensing/activations/rules.ts'
import { createMyMachineFile } from '#lib/licensing/offline/create-my-machine-file.ts'
import { readBody } from '#lib/web/http/read-body.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'

/** The machine file of one of the customer's own devices, to be saved. */
export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const page = `/me/licenses/${encodeURIComponent((await params).id)}/offline`
  const ctx = await authorizeCustomer('me:write', { returnTo: page })
  return sendFile(page, async () => {
    const activationId = new URLSearchParams(await readBody(request, 1024)).get('activationId')
    if (activationId === null || !isId(activationId)) throw activationNotFound()
    return createMyMachineFile(ctx, { id: activationId.toLowerCase() })
  })
}
