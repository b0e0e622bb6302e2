import { sendFile } from '#app/_ui/send-file.ts'
import { notFound } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { createLicenseFile } from '#lib/licensing/offline/create-license-file.ts'
import { DEFAULT_FILE } from '#lib/licensing/offline/file-input.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'

/** The license file of any license, to be saved. */
export async function POST(
  _request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params
  const ctx = await authorizeOperator('license:write')
  return sendFile(`/dashboard/licenses/${encodeURIComponent(id)}`, async () => {
    if (!isId(id)) throw notFound('license')
    return createLicenseFile(ctx, { ...DEFAULT_FILE, id: id.toLowerCase() })
  })
}
