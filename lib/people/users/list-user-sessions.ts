import { findLiveSessions } from '#lib/access/tokens/list-my-sessions.ts'
import type { SessionDto } from '#lib/access/tokens/session-dto.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { findUser } from './find-user.ts'

/** Where a user is signed in, for operators. */
export async function listUserSessions(
  ctx: Authorized<'user:read'>,
  input: { userId: string },
): Promise<SessionDto[]> {
  if (!(await findUser(ctx.db, ctx.accountId, input.userId))) throw notFound('user')
  return findLiveSessions(ctx, input.userId, null)
}
