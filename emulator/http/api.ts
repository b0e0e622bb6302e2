import type { IncomingMessage, ServerResponse } from 'node:http'
import { matchRoute, type Route } from '../contract/routes.ts'
import { type Emulation, secondsOf, transact, view } from '../emulation.ts'
import { applyFault } from '../faults/api.ts'
import type { ApiFault } from '../faults/faults.ts'
import { OPERATIONS } from '../resources/registry.ts'
import { authenticate } from './auth.ts'
import { readBody } from './body.ts'
import { ApiError, CardError } from './errors.ts'
import { expand } from './expand.ts'
import { decodeForm } from './form.ts'
import { type Answer, enter, fingerprintOf, type InFlight, replay } from './idempotency.ts'
import { type Params, readParams } from './params.ts'
import { sendJson } from './send-json.ts'
import { readVersion } from './version.ts'

interface ApiRequest {
  emulation: Emulation
  id: string
  method: string
  url: URL
  text: string
  idempotencyKey: string | null
}

/** Answers one request to `/v1/…`. */
export async function handleApi(
  emulation: Emulation,
  inFlight: InFlight,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const method = req.method ?? 'GET'
  const id = emulation.newId('req', 14)
  const headers: Record<string, string> = { 'request-id': id }
  const fault = emulation.faults.strikeApi(method, url.pathname)
  const key = method === 'POST' ? (req.headers['idempotency-key']?.toString() ?? null) : null
  if (key !== null) headers['idempotency-key'] = key
  let answer: Answer
  try {
    if (fault && whenOf(fault) === 'before' && (await applyFault(fault, res, headers, emulation.closing)))
      return
    authenticate(req, emulation.secretKeys)
    headers['stripe-version'] = readVersion(req.headers['stripe-version'])
    const request = { emulation, id, method, url, text: await readBody(req), idempotencyKey: key }
    const work = async () => {
      if (fault?.when === 'during') await applyFault(fault, res, headers, emulation.closing)
    }
    answer = key === null ? await execute(request) : await once(request, key, inFlight, headers, work)
  } catch (error) {
    answer = answerOf(error, emulation, id)
  }
  if (fault?.when === 'after' && (await applyFault(fault, res, headers, emulation.closing))) return
  sendJson(res, answer.status, answer.body, headers)
}

/** Runs a request with an idempotency key: a second time gives the first answer again. */
async function once(
  request: ApiRequest,
  key: string,
  inFlight: InFlight,
  headers: Record<string, string>,
  takeTime: () => Promise<void>,
): Promise<Answer> {
  const { storage } = request.emulation
  const fingerprint = fingerprintOf(request.method, request.url.pathname, request.text)
  enter(inFlight, key)
  try {
    await takeTime()
    const stored = await replay(storage, key, fingerprint)
    if (stored) {
      headers['idempotent-replayed'] = 'true'
      return stored
    }
    return await execute(request, { key, fingerprint })
  } finally {
    inFlight.delete(key)
  }
}

function whenOf(fault: ApiFault): ApiFault['when'] {
  return fault.when ?? 'before'
}

async function execute(
  request: ApiRequest,
  remember?: { key: string; fingerprint: string },
): Promise<Answer> {
  const { emulation, method, url } = request
  const route = matchRoute(method, url.pathname)
  const operation = route && OPERATIONS.get(route.operationId)
  if (!route || !operation) throw unrecognized(method, url.pathname)
  const params = paramsOf(route, request)
  const paths = Array.isArray(params.expand) ? params.expand.map(String) : []
  if (operation.kind === 'query') {
    const seen = view(emulation)
    return { status: 200, body: await expand(seen.db, await operation.run(seen, params, route.path), paths) }
  }
  const context = { request: { id: request.id, idempotencyKey: request.idempotencyKey } }
  try {
    return await transact(emulation, context, async (work) => {
      const answer = await attempt(async () =>
        expand(work.db, await operation.run(work, params, route.path), paths),
      )
      if (remember) await work.db.put('idempotent_answer', record(emulation, remember, answer))
      return answer
    })
  } catch (error) {
    // Its own transaction: the one that failed has been rolled back.
    if (remember && error instanceof ApiError) {
      const answer = { status: error.status, body: error.body() }
      await emulation.storage.transaction((tx) =>
        tx.put('idempotent_answer', record(emulation, remember, answer)),
      )
    }
    throw error
  }
}

/** A declined card is an answer, not a reason to roll back. */
async function attempt(run: () => Promise<object>): Promise<Answer> {
  try {
    return { status: 200, body: await run() }
  } catch (error) {
    if (error instanceof CardError) return { status: error.status, body: error.body() }
    throw error
  }
}

function paramsOf(route: Route, request: ApiRequest): Params {
  const text = request.method === 'POST' ? request.text : request.url.search.slice(1)
  const form = decodeForm(text)
  if (request.method === 'DELETE') for (const [name, value] of decodeForm(request.text)) form.set(name, value)
  return readParams(route.params, form)
}

function record(emulation: Emulation, remember: { key: string; fingerprint: string }, answer: Answer) {
  return {
    id: remember.key,
    object: 'idempotent_answer' as const,
    created: secondsOf(emulation.clock.now()),
    fingerprint: remember.fingerprint,
    status: answer.status,
    sealed_body: emulation.storage.seal(JSON.stringify(answer.body)),
  }
}

export function unrecognized(method: string, path: string): ApiError {
  return new ApiError(
    404,
    'invalid_request_error',
    `Unrecognized request URL (${method}: ${path}). If you are trying to list objects, remove the trailing slash. ` +
      'If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code.',
  )
}

export function answerOf(error: unknown, emulation: Emulation, requestId: string): Answer {
  if (error instanceof ApiError) return { status: error.status, body: error.body() }
  emulation.log('error', 'request failed', {
    requestId,
    error: error instanceof Error ? error.stack : String(error),
  })
  const body = { error: { type: 'api_error', message: 'An unknown error occurred' } }
  return { status: 500, body }
}
