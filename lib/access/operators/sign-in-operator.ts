import { and, eq, isNull } from 'drizzle-orm'
import { operatorSessions, operators } from '#db/schema/operators.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { canonicalEmail } from '#lib/core/canonical-email.ts'
import { hashPassword, needsRehash, verifyPassword } from '#lib/core/crypto/password.ts'
import { hashToken, newToken } from '#lib/core/crypto/token.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import {
  callerPlaces,
  operatorPlace,
  rememberAddress,
  rememberDevice,
  toKnownPlace,
} from '../throttle/known-place.ts'
import { clearFailures, countFailure, lockedUntil } from '../throttle/lockout.ts'
import { forgiveSignIn, throttleSignIn } from '../throttle/sign-in.ts'
import { SESSION_MS } from './find-operator-session.ts'

/** Prefix of operators' session tokens: neither a user's access token nor a personal one. */
const OPERATOR_TOKEN_PREFIX = 'lk_opr_'

interface SignIn {
  email: string
  password: string
  /** The browser as it names itself. */
  userAgent: string
}

/**
 * Signs an operator in and returns the token for the session's cookie, of which only the hash is kept, and what the
 * browser's device cookie shall hold. Unknown address, wrong password and a
 * disabled or locked-out operator give one and the same answer and cost the same. Second factors belong between password and session.
 * @throws AUTHENTICATION_FAILED, RATE_LIMITED
 */
export async function signInOperator(
  ctx: Authorized<'public'>,
  input: SignIn,
): Promise<{ token: string; devices: string[] }> {
  const identifier = canonicalEmail(input.email)
  const places = await callerPlaces(ctx)
  const [found] = await ctx.db
    .select({
      id: operators.id,
      passwordHash: operators.passwordHash,
      placeHash: operatorPlace(places, operators.accountId, operators.id),
    })
    .from(operators)
    .where(
      and(
        eq(operators.accountId, ctx.accountId),
        eq(operators.emailCanonical, identifier),
        isNull(operators.disabledAt),
      ),
    )
  const attempt = { area: 'operator', identifier, place: toKnownPlace(places, found?.placeHash) } as const
  await throttleSignIn(ctx, attempt)
  const locked = await lockedUntil(ctx, attempt)
  const fits = await verifyPassword(found?.passwordHash ?? null, input.password)
  if (!found || !fits || locked) {
    if (!locked) await countFailure(ctx, attempt)
    throw signInFailed()
  }
  await clearFailures(ctx, attempt)
  await forgiveSignIn(ctx, attempt)

  const rehashed = needsRehash(found.passwordHash) ? await hashPassword(input.password) : undefined
  const token = newToken(OPERATOR_TOKEN_PREFIX)
  const sessionId = newId()
  const at = ctx.clock.now()
  const actor = {
    kind: 'operator' as const,
    operatorId: found.id,
    sessionId,
    claims: [],
    authenticatedAt: at,
  }
  const devices = await inTransaction({ ...ctx, actor }, async (tx) => {
    const admitted = await tx.db
      .update(operators)
      .set({ lastLoginAt: at, ...(rehashed && { passwordHash: rehashed }) })
      .where(
        and(
          eq(operators.accountId, tx.accountId),
          eq(operators.id, found.id),
          eq(operators.passwordHash, found.passwordHash),
          isNull(operators.disabledAt),
        ),
      )
      .returning({ id: operators.id })
    // Disabled, or given another password, while the password was compared.
    if (admitted.length === 0) throw signInFailed()
    await tx.db.insert(operatorSessions).values({
      accountId: tx.accountId,
      id: sessionId,
      operatorId: found.id,
      tokenHash: hashToken(token),
      userAgent: input.userAgent,
      ip: tx.ip,
      authenticatedAt: at,
      expiresAt: new Date(at.getTime() + SESSION_MS),
      lastSeenAt: at,
      createdAt: at,
    })
    await rememberAddress(tx, { operatorId: found.id })
    recordEvent(tx, { event: 'operator.signed-in', resource: 'operator', resourceId: found.id })
    return rememberDevice(tx, { operatorId: found.id })
  })
  return { token, devices }
}

function signInFailed(): AppError {
  return new AppError('AUTHENTICATION_FAILED', 'The email address or the password is not right.')
}
