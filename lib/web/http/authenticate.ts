import { findAccessToken } from '#lib/access/tokens/find-access-token.ts'
import { findPersonalAccessToken } from '#lib/access/tokens/find-personal-access-token.ts'
import type { Actor } from '#lib/core/actor.ts'
import type { Clock } from '#lib/core/clock.ts'
import { PAT_PREFIX } from '#lib/core/crypto/token.ts'
import { AppError } from '#lib/core/errors.ts'

export interface Principal {
  actor: Actor
  accountId: string
}

/**
 * Who sends this `Authorization` header; undefined without one.
 * @throws INVALID_TOKEN for anything but one live bearer token; the message never says which of the reasons it was
 */
export async function authenticate(header: string | null, clock: Clock): Promise<Principal | undefined> {
  if (header === null || header.trim() === '') return undefined
  const token = /^bearer ([\w.~+/=-]{1,4096})$/i.exec(header.trim())?.[1]
  if (!token) throw invalidToken()
  if (token.startsWith(PAT_PREFIX)) {
    const pat = await findPersonalAccessToken(token, clock)
    if (!pat) throw invalidToken()
    return {
      accountId: pat.accountId,
      actor: { kind: 'pat', tokenId: pat.id, name: pat.name, scopes: pat.scopes },
    }
  }
  const session = await findAccessToken(token, clock)
  if (!session) throw invalidToken()
  return {
    accountId: session.accountId,
    actor: {
      kind: 'customer',
      userId: session.userId,
      tokenId: session.id,
      authenticatedAt: session.createdAt,
      administers: session.administers,
    },
  }
}

function invalidToken(): AppError {
  return new AppError(
    'INVALID_TOKEN',
    'The access token is not valid: it is malformed, unknown, expired or revoked.',
  )
}
