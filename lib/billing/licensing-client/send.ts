import { z } from 'zod'
import { env } from '#lib/core/env.ts'
import { markInternal } from '#lib/core/input/client-address.ts'
import { processSlot } from '#lib/core/process-slot.ts'
import { LicensingError } from './licensing-error.ts'

const TIMEOUT_MS = 20_000

/** Registered by the process that serves the Web API itself: calls then need no network. */
const dispatcher = processSlot<(request: Request) => Promise<Response>>('dispatcher')

const ErrorBody = z.object({ code: z.string(), message: z.string() })

interface Call {
  method: 'GET' | 'POST' | 'PATCH'
  /** Below `/v3`. */
  path: string
  body?: Record<string, unknown>
  /** The same for every repetition of one intent. */
  idempotencyKey?: string
}

/**
 * Sends one call with the server-held token and answers its JSON. The only place that knows whether the Web API is in this
 * process, in another one (`LICENSING_API_URL`), or behind plain Next.
 * @throws {LicensingError}
 */
export async function send(call: Call): Promise<unknown> {
  const response = await answerTo(call)
  const text = await response.text().catch((cause: unknown) => {
    throw unreachable(call, cause)
  })
  const body = parseJson(text)
  if (response.ok && body !== undefined) return body
  const known = ErrorBody.safeParse(body)
  const code = known.success ? known.data.code : null
  throw new LicensingError(
    `${call.method} ${call.path} was answered ${response.status} ${code ?? ''}: ${known.success ? known.data.message : 'no error body'}`,
    { retryable: isRetryable(response.status, code), status: response.status, code },
  )
}

async function answerTo(call: Call): Promise<Response> {
  const { LICENSING_API_URL, LATCHKEY_API_ORIGIN, LICENSING_ACCESS_TOKEN } = env()
  const local = LICENSING_API_URL ? undefined : dispatcher.get()
  const base = LICENSING_API_URL ?? LATCHKEY_API_ORIGIN ?? (local ? 'http://localhost' : undefined)
  if (!base || !LICENSING_ACCESS_TOKEN) {
    throw new LicensingError(
      `${base ? 'LICENSING_ACCESS_TOKEN' : 'LICENSING_API_URL'} is not set, so no license can be written.`,
      { retryable: true, status: null, code: null },
    )
  }
  const request = new Request(`${base.replace(/\/+$/, '')}/v3${call.path}`, {
    method: call.method,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${LICENSING_ACCESS_TOKEN}`,
      ...(call.body && { 'content-type': 'application/json' }),
      ...(call.idempotencyKey && { 'idempotency-key': call.idempotencyKey }),
    },
    ...(call.body && { body: JSON.stringify(call.body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  try {
    return local ? await local(markInternal(request)) : await fetch(request)
  } catch (cause) {
    throw unreachable(call, cause)
  }
}

function unreachable(call: Call, cause: unknown): LicensingError {
  const facts = { retryable: true, status: null, code: null, cause }
  return new LicensingError(`${call.method} ${call.path} got no answer`, facts)
}

/** What an operator can repair (token, permissions) is retried. An error of the request itself is not. */
function isRetryable(status: number, code: string | null): boolean {
  if (status === 409) return code === 'IDEMPOTENCY_KEY_IN_FLIGHT'
  return status < 400 || status >= 500 || [401, 403, 404, 408, 425, 429].includes(status)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
