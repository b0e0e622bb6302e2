import { AppError, type FieldErrors } from '#lib/core/errors.ts'
import { log } from '#lib/core/logging/log.ts'
import { type HttpResult, jsonResult, toResponse } from './http-result.ts'
import { STATUS } from './status.ts'

/** The wire form of every error: `{ message, code }`, plus `fields` for input errors and `fixUrl` where a license can be mended. */
export interface ErrorBody {
  message: string
  code: string
  fields?: FieldErrors
  /** Leads a license's owner to the page where it can be mended. */
  fixUrl?: string
}

/** Answers an error. An unexpected one is logged, and its answer holds the request id alone. */
export function errorAnswer(error: unknown, requestId: string): HttpResult {
  const known = error instanceof AppError ? error : unexpected(error, requestId)
  const body: ErrorBody = { message: known.message, code: known.code }
  if (known.fields) body.fields = known.fields
  if (known.fixUrl) body.fixUrl = known.fixUrl
  const headers: Record<string, string> = { 'cache-control': 'no-store', 'x-request-id': requestId }
  if (known.retryAfterSeconds !== undefined) headers['retry-after'] = String(known.retryAfterSeconds)
  if (STATUS[known.code] === 401) headers['www-authenticate'] = 'Bearer'
  return jsonResult(body, { status: STATUS[known.code], headers })
}

/** The same as the web knows it. */
export function errorResponse(error: unknown, requestId: string): Response {
  return toResponse(errorAnswer(error, requestId))
}

/** Errors of a database that is temporarily unavailable. The answer is then 503, not 500. */
const DATABASE_AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  // Connection exceptions; read-only after a failover; out of connections; shut down, starting up.
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '25006',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  // A deadlock or serialization failure: one transaction was rolled back.
  '40001',
  '40P01',
])

function unexpected(error: unknown, requestId: string): AppError {
  if (isDatabaseAway(error)) {
    log().warn({ requestId }, 'the database is away')
    return new AppError(
      'SERVICE_UNAVAILABLE',
      'The service is not available right now. Please try again shortly.',
      {
        retryAfterSeconds: 5,
      },
    )
  }
  log().error({ err: error, requestId }, 'a request failed')
  return new AppError(
    'INTERNAL',
    `Something went wrong on our side. Quote ${requestId} when you ask for help.`,
  )
}

/** Whether the error, or one it wraps, says that the database cannot be reached. */
export function isDatabaseAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && DATABASE_AWAY.has(cause.code)) return true
  }
  return false
}
