import { createHash } from 'node:crypto'
import { and, eq, isNull, lte, or } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { idempotencyKeys } from '#db/schema/accounts.ts'
import { actorName } from '#lib/core/actor.ts'
import type { Ctx } from '#lib/core/context.ts'
import { seal, tryOpen } from '#lib/core/crypto/seal.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'
import { bindOf } from '#lib/core/idempotency/forget-answers.ts'
import type { HttpRequest } from '#lib/core/input/http-request.ts'
import { lastingHash, lastingHashes } from '#lib/core/key-store/lasting-keys.ts'
import { errorAnswer } from './error-response.ts'
import type { HttpResult } from './http-result.ts'
import { STATUS } from './status.ts'

/** How long an answer is kept, milliseconds. */
const KEPT_MS = 24 * 3_600_000
/** After this a first request that never answered counts as dead, and a repetition takes its place. */
const STALE_MS = 60_000

/** A key that this request holds. `claimedAt` distinguishes its claim from a later one. */
interface Claim {
  accountId: string
  actor: string
  key: string
  requestHash: string
  claimedAt: Date
}

/**
 * Runs a write at most once per `Idempotency-Key`: a repetition gets the first answer again, marked
 * `Idempotent-Replayed: true`. For machines the answer is stored in the transaction of the work itself, so that a crash
 * leaves both or neither (`isAtomic`); for people, and at the public doors, it is stored after it, because a failed attempt
 * of theirs must leave its traces.
 * @throws INVALID_INPUT for a malformed key, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_FLIGHT
 */
export async function answerOnce<C extends Ctx>(
  ctx: C,
  request: HttpRequest,
  asked: {
    body: unknown
    headers: Readonly<Record<string, string | null>>
    secretAnswer: boolean
    isAtomic: boolean
  },
  work: (ctx: C) => Promise<HttpResult>,
): Promise<HttpResult> {
  const key = mayBeRepeated(request) ? request.headers.get('idempotency-key') : null
  if (key === null) return work(ctx)
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw fieldError('Idempotency-Key', '1 to 255 printable characters without spaces are expected')
  }
  const text = requestText(request, asked.body)
  const claim: Claim = {
    accountId: ctx.accountId,
    actor: await ownerOf(ctx, asked.headers),
    key,
    requestHash: await lastingHash('idempotent-request', text),
    claimedAt: ctx.clock.now(),
  }
  const earlier = await claimKey(ctx.db, claim)
  if (earlier) return replay(earlier, claim, text, ctx.requestId)
  try {
    if (ctx.actor.kind !== 'pat' || !asked.isAtomic)
      return await finish(ctx.db, claim, await work(ctx), asked.secretAnswer)
    return await ctx.db.transaction(async (tx) =>
      finish(tx, claim, await work({ ...ctx, db: tx }), asked.secretAnswer),
    )
  } catch (error) {
    const lasting = error instanceof AppError && STATUS[error.code] < 500 && !isForLater(error)
    // A visitor's refusal is not stored: the next request may show a proof.
    const isKept = lasting && ctx.actor.kind !== 'visitor'
    if (isKept && error.code !== 'IDEMPOTENCY_KEY_IN_FLIGHT') {
      return finish(ctx.db, claim, errorAnswer(error, ctx.requestId), false)
    }
    await ctx.db.delete(idempotencyKeys).where(held(claim))
    throw error
  }
}

/** Whether it is a write that carries an `Idempotency-Key`. */
export function mayBeRepeated({ method, headers }: HttpRequest): boolean {
  return (method === 'POST' || method === 'PATCH') && headers.has('idempotency-key')
}

type Row = typeof idempotencyKeys.$inferSelect

/** Claims the key, also from a dead or expired request. If another request holds it, returns that one's row. */
async function claimKey(db: Executor, claim: Claim): Promise<Row | undefined> {
  const { claimedAt, ...identity } = claim
  const fresh = { createdAt: claimedAt, expiresAt: new Date(claimedAt.getTime() + KEPT_MS) }
  const staleSince = new Date(claimedAt.getTime() - STALE_MS)
  const taken = await db
    .insert(idempotencyKeys)
    .values({ ...identity, ...fresh })
    .onConflictDoUpdate({
      target: [idempotencyKeys.accountId, idempotencyKeys.actor, idempotencyKeys.key],
      set: { requestHash: claim.requestHash, status: null, answer: null, forgets: [], ...fresh },
      setWhere: or(
        lte(idempotencyKeys.expiresAt, claimedAt),
        and(
          isNull(idempotencyKeys.status),
          lte(idempotencyKeys.createdAt, staleSince),
          eq(idempotencyKeys.requestHash, claim.requestHash),
        ),
      ),
    })
    .returning({ key: idempotencyKeys.key })
  if (taken.length > 0) return undefined
  const [row] = await db.select().from(idempotencyKeys).where(named(claim))
  // The row disappeared between the two statements: its request has just failed, so the client may repeat.
  if (!row) throw inFlight()
  return row
}

async function replay(row: Row, claim: Claim, text: string, requestId: string): Promise<HttpResult> {
  if (!(await lastingHashes('idempotent-request', text)).includes(row.requestHash)) {
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was sent before with another request.')
  }
  if (row.status === null) throw inFlight()
  if (row.answer === null) {
    throw new AppError(
      'IDEMPOTENCY_KEY_REUSED',
      'This request was answered before. Its answer held a secret and was not kept.',
    )
  }
  const body = tryOpen('idempotent-answer', row.answer, bindOf(claim))
  if (body === undefined) {
    throw new AppError(
      'IDEMPOTENCY_KEY_REUSED',
      'This request was answered before. Its answer can no longer be read.',
    )
  }
  const headers = {
    'cache-control': 'no-store',
    'x-request-id': requestId,
    'idempotent-replayed': 'true',
    ...(body !== '' && { 'content-type': 'application/json' }),
  }
  return { status: row.status, headers, body: body === '' ? null : body }
}

/**
 * Stores the answer. If another request took the key over meanwhile, this request's work is rolled back. An answer that names
 * somebody who was erased meanwhile is not kept.
 */
async function finish(db: Executor, claim: Claim, answer: HttpResult, secret: boolean): Promise<HttpResult> {
  // Only reading makes a file, and reading carries no key.
  const text = typeof answer.body === 'string' ? answer.body : ''
  const kept = secret ? null : seal('idempotent-answer', text, bindOf(claim))
  let forgets: string[] = []
  for (;;) {
    const isForgotten = forgets.some((id) => text.includes(id))
    const stored = await db
      .update(idempotencyKeys)
      .set({ status: answer.status, answer: isForgotten ? null : kept, forgets: [] })
      .where(and(held(claim), eq(idempotencyKeys.forgets, forgets)))
      .returning({ key: idempotencyKeys.key })
    if (stored.length > 0) return answer
    const [row] = await db
      .select({ forgets: idempotencyKeys.forgets })
      .from(idempotencyKeys)
      .where(held(claim))
    if (!row) throw inFlight()
    forgets = row.forgets
  }
}

function named(claim: Claim) {
  return and(
    eq(idempotencyKeys.accountId, claim.accountId),
    eq(idempotencyKeys.actor, claim.actor),
    eq(idempotencyKeys.key, claim.key),
  )
}

function held(claim: Claim) {
  return and(named(claim), eq(idempotencyKeys.createdAt, claim.claimedAt), isNull(idempotencyKeys.status))
}

/**
 * The owner of a key: everything that a route authorizes by. A user's tokens count separately, because each was proved at its
 * own time. Visitors have no name, so address and declared headers identify them. None of these is stored in clear.
 */
async function ownerOf(
  { actor, ip }: Ctx,
  headers: Readonly<Record<string, string | null>>,
): Promise<string> {
  const name = actor.kind === 'customer' ? `${actorName(actor)} token:${actor.tokenId}` : actorName(actor)
  const proofs = actor.kind === 'visitor' ? [ip ?? 'unknown'] : []
  for (const [header, value] of Object.entries(headers))
    if (value !== null) proofs.push(`${header}: ${value}`)
  if (proofs.length === 0) return name
  return `${name}:${(await lastingHash('idempotent-request', proofs.join('\n'))).slice(0, 32)}`
}

/** What must be the same for a repetition. Hashed under a key, because bodies may hold passwords. */
function requestText(request: HttpRequest, body: unknown): string {
  const { pathname, search } = new URL(request.url)
  const digest = createHash('sha256')
    .update(JSON.stringify(body) ?? '')
    .digest('hex')
  return `${request.method} ${pathname}${search} ${digest}`
}

function inFlight(): AppError {
  return new AppError(
    'IDEMPOTENCY_KEY_IN_FLIGHT',
    'A request with this Idempotency-Key is still being worked on. Please send it again shortly.',
    { retryAfterSeconds: 1 },
  )
}

/** Answers that change after a while: a throttle, a locked sign-in. */
function isForLater(error: AppError): boolean {
  return STATUS[error.code] === 429 || error.retryAfterSeconds !== undefined
}
