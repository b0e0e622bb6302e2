import { redirect } from 'next/navigation'
import { cache } from 'react'
import { findAccessToken } from '#lib/access/tokens/find-access-token.ts'
import { type Authorized, authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { Permission } from '#lib/core/permissions.ts'
import { getMe } from '#lib/people/users/get-me.ts'
import type { MeDto } from '#lib/people/users/user-dto.ts'
import { sessionCookie } from './cookie-names.ts'
import { requestCookie } from './request-cookie.ts'
import { visitorContext } from './request-facts.ts'
import { withReturnTo } from './return-to.ts'
import { openSessionCookie } from './session-token.ts'

/** The context of the session cookie: a customer whose session row is alive now, else a visitor. Read once per request. */
export const customerContext = cache(async (): Promise<Ctx> => {
  const visitor = await visitorContext()
  const token = await openSessionCookie(await requestCookie(sessionCookie().name))
  const session = token ? await findAccessToken(token, clock) : undefined
  if (!session || session.accountId !== visitor.accountId) return visitor
  const { userId, id: tokenId, createdAt: authenticatedAt } = session
  return { ...visitor, actor: { kind: 'customer', userId, tokenId, authenticatedAt } }
})

/**
 * What every page under `/me` starts with: the signed-in customer's context, checked for the permission. A visitor is sent to
 * sign in and then back to `returnTo`.
 */
export async function authorizeCustomer<P extends Permission>(
  permission: P,
  options: { returnTo?: string } = {},
): Promise<Authorized<P>> {
  const ctx = await customerContext()
  if (ctx.actor.kind === 'visitor') redirect(withReturnTo('/login', options.returnTo))
  return authorize(ctx, permission)
}

/** The signed-in customer, or null: for headers and buttons that show themselves to both. */
export const currentCustomer = cache(async (): Promise<MeDto | null> => {
  const ctx = await customerContext()
  return ctx.actor.kind === 'customer' ? getMe(authorize(ctx, 'me:read')) : null
})
