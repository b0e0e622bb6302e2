import type { Authorized } from '#lib/core/authorize.ts'
import { self } from '../self.ts'
import { findLiveSessions } from './find-live-sessions.ts'
import type { SessionDto } from './session-dto.ts'

/** The customer's live sessions, newest first. */
export function listMySessions(ctx: Authorized<'me:read'>): Promise<SessionDto[]> {
  const { userId, tokenId } = self(ctx)
  return findLiveSessions(ctx, userId, tokenId)
}
