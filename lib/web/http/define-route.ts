import '#lib/announce/listen.ts'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { countRequest, isCounted } from '#lib/access/throttle/rate-limit.ts'
import type { Actor } from '#lib/core/actor.ts'
import { type Authorized, authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { newRequestId } from '#lib/core/ids.ts'
import { clientAddress, isInternal } from '#lib/core/input/client-address.ts'
import { type CsvForm, csvResponse } from '#lib/core/input/csv.ts'
import type { HttpRequest } from '#lib/core/input/http-request.ts'
import {
  type Ignored,
  ignoredHeader,
  NOT_KNOWN,
  refuseIgnored,
  wantsStrict,
} from '#lib/core/input/ignored.ts'
import { parseInput } from '#lib/core/input/input.ts'
import { type MemberPlan, planMembers, readMembers, withMembers } from '#lib/core/input/member-names.ts'
import { ACCOUNT_HINTS } from '#lib/core/input/plain-query.ts'
import { Page } from '#lib/core/list/page.ts'
import { resolveAccount } from '#lib/vendor/accounts/resolve-account.ts'
import { type AccountSigningKey, accountSigningKey } from '#lib/vendor/signing/account-key.ts'
import { authenticate, type Principal } from './authenticate.ts'
import type { Contract } from './contract.ts'
import { corsHeaders, requireServer } from './cors.ts'
import { errorAnswer } from './error-response.ts'
import { fromResponse, type HttpResult, jsonResult, toResponse } from './http-result.ts'
import { answerOnce, mayBeRepeated } from './idempotency.ts'
import { ignoredParameters, requireCondition } from './ignored-parameters.ts'
import { pageHeaders } from './page-headers.ts'
import { carriesBody, readJson, type SentBody } from './read-body.ts'
import { signatureHeaders } from './signature-headers.ts'

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined
export interface RouteInput<C extends Contract> {
  params: Parsed<C['params']>
  query: Parsed<C['query']>
  body: Parsed<C['body']>
  /** Those that the contract declares; null where one was not sent. */
  headers: { readonly [N in keyof NonNullable<C['headers']>]: string | null }
}
type Result<C extends Contract> = C['response'] extends z.ZodType
  ? z.input<C['response']> extends readonly (infer Item)[]
    ? readonly Item[] | Page<Item>
    : z.input<C['response']> | (C['orNothing'] extends true ? null : never)
  : C['csv'] extends CsvForm<infer Row>
    ? AsyncIterable<readonly Row[]>
    : undefined

/** A generator is returned synchronously; everything else is a promise. */
type Answered<C extends Contract> = Promise<Result<C>> | (C['csv'] extends CsvForm<never> ? Result<C> : never)

type RouteParams = Record<string, string | string[] | undefined>

export interface RouteContext {
  params: Promise<RouteParams>
}

export interface Route {
  (request: Request, context: RouteContext): Promise<Response>
  contract: Contract
  /** The same without web-standard objects, for our own server. Never rejects. */
  answer(request: HttpRequest, params: RouteParams): Promise<HttpResult>
}

/** Declares a route: authenticates, throttles, authorizes, parses, runs one verb, strips and serializes. */
export function defineRoute<const C extends Contract>(
  declared: C,
  handler: (ctx: Authorized<C['permission']>, input: RouteInput<C>) => Answered<C>,
): Route {
  let compiled: Compiled<C> | undefined
  const serve = async (request: HttpRequest, params: RouteParams, known: Known): Promise<HttpResult> => {
    compiled ??= compile(declared)
    const { contract } = compiled
    const { ctx, input, rawBody } = await admit(compiled, request, params, known)
    if (contract.signed) {
      const [result, key] = await Promise.all([handler(ctx, input), accountSigningKey(ctx.db, ctx.accountId)])
      return respondSigned(contract, ctx, { result, key, request })
    }
    if (contract.neverKept || !mayBeRepeated(request))
      return respond(contract, await handler(ctx, input), known.requestId, request)
    const asked = {
      body: rawBody,
      headers: input.headers,
      secretAnswer: contract.secretAnswer ?? false,
      isAtomic: contract.permission !== 'public' && !contract.asksOthers,
    }
    return answerOnce(ctx, request, asked, async (working) =>
      respond(contract, await handler(working, input), known.requestId, request),
    )
  }
  const answer = async (request: HttpRequest, params: RouteParams): Promise<HttpResult> => {
    const requestId = newRequestId()
    const known: Known = { requestId, limits: undefined, actor: undefined, accountId: undefined, ignored: [] }
    let given: HttpResult
    try {
      given = await serve(request, params, known)
    } catch (error) {
      given = errorAnswer(error, requestId)
    }
    if (known.limits) Object.assign(given.headers, known.limits)
    const ignored = known.ignored.length > 0 && ignoredHeader(known.ignored)
    if (ignored) given.headers['latchkey-ignored'] = ignored
    if (request.headers.has('origin')) await addCorsHeaders(declared, request, known, given)
    return given
  }
  const route = async (request: Request, context: RouteContext): Promise<Response> =>
    toResponse(await answer(request, await context.params))
  return Object.assign(route, { contract: declared, answer })
}

/**
 * The contract with compiled schemas. Valid input runs generated code; zod's ordinary schema explains errors. Compiling takes a
 * millisecond each, so it waits for a route's first request. A schema that zod cannot compile stays as it is.
 */
function compile<C extends Contract>(declared: C): Compiled<C> {
  const { params, query, body, response } = declared
  const contract = {
    ...declared,
    ...(params && { params: z.compile(params) }),
    ...(query && { query: z.compile(query) }),
    ...(body && { body: z.compile(body) }),
    ...(response && { response: z.compile(response) }),
  }
  const members = body ? planMembers(body) : withMembers(undefined, [])
  return {
    contract,
    ignoredOf: (sent) => ignoredParameters(query, sent),
    // Without a token these name the account, whatever the operation.
    members: members && declared.permission === 'public' ? withMembers(members, ACCOUNT_HINTS) : members,
  }
}

interface Compiled<C extends Contract> {
  contract: C
  /** The query parameters without effect. */
  ignoredOf(sent: URLSearchParams): Ignored[]
  /** The names in its bodies. */
  members: MemberPlan | undefined
}

/** What is known of a request so far. Its answer needs this even if the request is refused. */
interface Known {
  requestId: string
  limits: Record<string, string> | undefined
  actor: Actor | undefined
  accountId: string | undefined
  ignored: Ignored[]
}

/** If this fails, the page cannot read the answer, and the error is logged as usual. */
async function addCorsHeaders(
  contract: Contract,
  request: HttpRequest,
  known: Known,
  answer: HttpResult,
): Promise<void> {
  Object.assign(answer.headers, await corsHeaders(contract, request, known).catch(() => ({})))
}

async function admit<C extends Contract>(
  { contract, ignoredOf, members }: Compiled<C>,
  request: HttpRequest,
  rawParams: RouteParams,
  known: Known,
) {
  const ip = clientAddress(request)
  const bearer = request.headers.get('authorization')
  let principal: Principal | undefined
  if (bearer !== null) {
    principal = await identify(contract, bearer).catch(async (error: unknown) => {
      // A caller with an invalid token is counted as a stranger.
      if (isCounted()) await count(request, VISITOR, ip, known)
      throw error
    })
  }
  const actor = principal?.actor ?? VISITOR
  known.actor = actor
  known.accountId = principal?.accountId
  if (isCounted()) await count(request, actor, ip, known)
  requireServer(request, actor)
  const shell: Ctx = {
    actor,
    accountId: principal?.accountId ?? '',
    db: db(),
    clock,
    requestId: known.requestId,
    ip,
  }
  const checked = authorize(shell, contract.permission)

  const params = contract.params ? parseParams(contract, rawParams) : undefined
  const sentQuery = queryOf(request.url)
  if (sentQuery !== NO_QUERY) {
    const ignored = ignoredOf(sentQuery)
    known.ignored.push(...ignored)
    refuseMisunderstood(contract, request, ignored)
  }
  const query = contract.query ? parseInput(contract.query, sentQuery) : undefined
  if (request.method === 'DELETE' && !contract.params) requireCondition(query)
  const sent = contract.body ? await readJson(request, contract.bodyLimit) : await readUnasked(request)
  for (const name of sent?.passedOver ?? []) known.ignored.push({ name, why: NOT_KNOWN })
  const named = sent && readMembers(members, sent.value, known.ignored)
  if (known.ignored.length > 0 && wantsStrict(request)) throw refuseIgnored(known.ignored)
  const body = contract.body ? parseInput(contract.body, named) : undefined
  // A body that the operation does not take cannot name the account: its members may mean something else.
  const hints = accountHint(request, sentQuery, contract.body ? named : undefined)
  const accountId = principal?.accountId ?? (await resolveAccount(hints))
  known.accountId = accountId

  const ctx = { ...checked, accountId } as Authorized<C['permission']>
  const headers = contract.headers ? declaredHeaders(contract.headers, request) : NO_HEADERS
  const input = { params, query, body, headers } as RouteInput<C>
  return { ctx, input, rawBody: sent?.value }
}

/**
 * Writing, deleting and exporting operations refuse unknown query parameters: without its filter such a call would affect more
 * than the client meant.
 * @throws INVALID_INPUT naming every such parameter
 */
function refuseMisunderstood(contract: Contract, request: HttpRequest, ignored: readonly Ignored[]): void {
  if (contract.csv === undefined && isReading(request)) return
  const refused = ignored.filter(({ harmless }) => !harmless)
  if (refused.length > 0) throw refuseIgnored(refused)
}

function isReading({ method }: HttpRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

/**
 * The body of a write that takes none. Its members have no effect and are listed in `Latchkey-Ignored`. An unreadable one is
 * skipped.
 */
async function readUnasked(request: HttpRequest): Promise<SentBody | undefined> {
  if (isReading(request) || !carriesBody(request)) return undefined
  return readJson(request).catch(() => ({ value: undefined, passedOver: ['body'] }))
}

const VISITOR: Actor = { kind: 'visitor' }

/** @throws RATE_LIMITED */
async function count(request: HttpRequest, actor: Actor, ip: string | null, known: Known): Promise<void> {
  if (isInternal(request)) return
  const { headers, refusal } = await countRequest(actor, ip)
  known.limits = headers
  if (refusal) throw refusal
}

const NO_HEADERS: Readonly<Record<string, string | null>> = {}

function declaredHeaders(declared: object, request: HttpRequest): Record<string, string | null> {
  return Object.fromEntries(Object.keys(declared).map((name) => [name, request.headers.get(name)]))
}

/** A public route needs no bearer, and a stale one does no harm there (CX-08). */
async function identify(contract: Contract, bearer: string): Promise<Principal | undefined> {
  if (contract.permission !== 'public') return authenticate(bearer, clock)
  return authenticate(bearer, clock).catch((error: unknown) => {
    if (error instanceof AppError) return undefined
    throw error
  })
}

/** A malformed id answers like an unknown one, with the code that clients know: they take any other 404 for a broken server. */
function parseParams({ params, errors = [] }: Contract, raw: Record<string, unknown>): unknown {
  const result = params?.safeParse(raw)
  if (result?.success) return result.data
  const code = errors.find((known) => known === 'NOT_FOUND' || known === 'ACTIVATION_NOT_FOUND')
  throw new AppError(code ?? 'NOT_FOUND', 'There is nothing at this address.')
}

/** The query of an absolute URL. Most URLs have none and are not parsed for it. */
function queryOf(url: string): URLSearchParams {
  return url.includes('?') ? new URL(url).searchParams : NO_QUERY
}
const NO_QUERY = new URLSearchParams()

function accountHint(request: HttpRequest, query: URLSearchParams, body: unknown) {
  const given = (name: string): string | null => {
    const inBody: unknown =
      body !== null && typeof body === 'object' && Object.hasOwn(body, name)
        ? Reflect.get(body, name)
        : undefined
    return typeof inBody === 'string' && inBody ? inBody : query.get(name)
  }
  return {
    accountId: given('accountId') || request.headers.get('x-account-id'),
    accountAlias: given('accountAlias') || given('companyId'),
    host: request.headers.get('host'),
  }
}

function respond(
  contract: Contract,
  result: unknown,
  requestId: string,
  request: HttpRequest,
): HttpResult | Promise<HttpResult> {
  if (contract.csv) {
    const day = clock.now().toISOString().slice(0, 10)
    const rows = result as AsyncIterable<readonly never[]>
    const byteOrderMark = /^(true|1)$/i.test(queryOf(request.url).get('bom') ?? '')
    const about = { day, byteOrderMark, headers: { 'x-request-id': requestId } }
    return csvResponse(contract.csv, rows, about).then(fromResponse)
  }
  const headers: Record<string, string> = { 'cache-control': 'no-store', 'x-request-id': requestId }
  if (!contract.response) return { status: contract.status, headers, body: null }
  if (contract.orNothing && result === null) return { status: 204, headers, body: null }
  if (result instanceof Page) Object.assign(headers, pageHeaders(result, request.url))
  const body = contract.response.parse(result instanceof Page ? result.items : result)
  return jsonResult(body, { status: contract.status, headers })
}

/** The signature covers the bytes that are sent. */
function respondSigned(
  contract: Contract,
  ctx: Ctx,
  { result, key, request }: { result: unknown; key: AccountSigningKey; request: HttpRequest },
): HttpResult {
  const body = JSON.stringify(contract.response?.parse(result))
  const headers = {
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'x-request-id': ctx.requestId,
    ...signatureHeaders(request, body, { key, at: ctx.clock.now() }),
  }
  return { status: contract.status, headers, body }
}
