import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import type { OfflineFileDto } from '#lib/licensing/offline/file-dto.ts'
import { requireSameOrigin } from '#lib/web/forms/same-origin.ts'
import { errorResponse } from '#lib/web/http/error-response.ts'

/** Refusals that the page explains; anything else is an error. */
const EXPLAINED = new Set(['REVOKED_LICENSE', 'INVALID_LICENSE_TYPE', 'ACTIVATION_NOT_FOUND'])

/**
 * Makes a file and sends it to the browser to be saved; a refusal leads back to the page, which says why. It answers POST only,
 * because making a file is recorded.
 */
export async function sendFile(page: string, make: () => Promise<OfflineFileDto>): Promise<Response> {
  try {
    await requireSameOrigin()
    const { certificate, type } = await make()
    const name = type === 'license-file' ? 'license.lic' : 'machine.lic'
    return new Response(certificate, {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'private, no-store',
      },
    })
  } catch (error) {
    if (error instanceof AppError && EXPLAINED.has(error.code)) {
      const headers = { location: `${page}?refused=${error.code}`, 'cache-control': 'private, no-store' }
      return new Response(null, { status: 303, headers })
    }
    if (error instanceof AppError) return errorResponse(error, newId())
    throw error
  }
}
