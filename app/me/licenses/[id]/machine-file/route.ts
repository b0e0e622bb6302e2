import { sendFile } from '#app/_ui/send-file.ts'
import { activationNotFound } from '#lib/activations/rules.ts'
import { readBody } from '#lib/http/read-body.ts'
import { isId } from '#lib/ids.ts'
import { createMyMachineFile } from '#lib/offline/create-my-machine-file.ts'
import { authorizeCustomer } from '#lib/session/customer.ts'

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
