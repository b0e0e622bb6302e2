import type { Authorized } from '../auth/authorize.ts'
import { notFound } from '../errors.ts'
import { findUser } from '../users/find-user.ts'
import { findLiveSessions } from './find-live-sessions.ts'
import type { SessionDto } from './session-dto.ts'

/** Where a user is signed in, for operators. */
export async function listUserSessions(
  ctx: Authorized<'user:read'>,
  input: { userId: string },
): Promise<SessionDto[]> {
  if (!(await findUser(ctx.db, ctx.accountId, input.userId))) throw notFound('user')
  return findLiveSessions(ctx, input.userId, null)
}
