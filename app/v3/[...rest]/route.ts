import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { errorResponse } from '#lib/web/http/error-response.ts'
import type { Handler } from '#lib/web/http/methods.ts'

/** Every path without a route of its own: the 404 envelope, for every method. */
const nothingHere: Handler = async () =>
  errorResponse(new AppError('NOT_FOUND', 'There is nothing at this address.'), newId())

export const GET = nothingHere
export const POST = nothingHere
export const PUT = nothingHere
export const PATCH = nothingHere
export const DELETE = nothingHere
export const OPTIONS = nothingHere

/** The same answer without its body. */
export const HEAD: Handler = async (request, context) => {
  const answer = await nothingHere(request, context)
  return new Response(null, { status: answer.status, headers: answer.headers })
}
