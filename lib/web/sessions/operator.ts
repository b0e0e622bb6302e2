import { cookies } from 'next/headers'
import { forbidden, redirect } from 'next/navigation'
import { cache } from 'react'
import {
  type CurrentOperator,
  findOperatorSession,
  type LiveOperatorSession,
} from '#lib/access/operators/find-operator-session.ts'
import { permissionsOf } from '#lib/core/actor.ts'
import { type Authorized, authorize } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { Permission } from '#lib/core/permissions.ts'
import { deviceCookie } from './device-cookie.ts'
import { operatorCookie } from './operator-cookie.ts'
import { cookieLine } from './request-cookie.ts'
import { visitorContext } from './request-facts.ts'

/** Where operators sign in. */
export const OPERATOR_LOGIN = '/dashboard/login'

/** The row behind this request's operator cookie, asked once per request. */
const liveSession = cache(async (): Promise<LiveOperatorSession | undefined> => {
  const token = await operatorCookie.read(await cookieLine())
  if (!token) return undefined
  const { clock } = await visitorContext()
  return findOperatorSession(token, clock)
})

/** The context of the signed-in operator; a visitor's when there is none. */
export const operatorContext = cache(async (): Promise<Ctx> => {
  const [visitor, session] = await Promise.all([visitorContext(), liveSession()])
  if (!session || session.operator.accountId !== visitor.accountId) return visitor
  return { ...visitor, actor: session.actor, accountId: session.operator.accountId }
})

/** The signed-in operator, for the dashboard's frame; undefined when signed out. */
export async function currentOperator(): Promise<CurrentOperator | undefined> {
  const { actor } = await operatorContext()
  return actor.kind === 'operator' ? (await liveSession())?.operator : undefined
}

/** Whether the signed-in operator holds the permission. Pages offer only what the operator may do. */
export async function operatorMay(permission: Permission): Promise<boolean> {
  return permissionsOf((await operatorContext()).actor).has(permission)
}

/** Begins every dashboard page. Leads to the sign-in page without a session, to the forbidden page without the permission. */
export async function authorizeOperator<P extends Permission>(permission: P): Promise<Authorized<P>> {
  const ctx = await operatorContext()
  if (ctx.actor.kind !== 'operator') redirect(OPERATOR_LOGIN)
  if (permission !== 'public' && !permissionsOf(ctx.actor).has(permission)) forbidden()
  return authorize(ctx, permission)
}

/** Sets the cookies of a fresh session and of the known browser. Only in actions, because pages cannot set cookies. */
export async function keepOperatorToken(signedIn: { token: string; devices: string[] }): Promise<void> {
  const jar = await cookies()
  await operatorCookie.write(jar, signedIn.token)
  jar.set(deviceCookie(signedIn.devices))
}

/** Takes the cookie out of the browser. The session itself ends by `signOutOperator`. */
export async function forgetOperatorToken(): Promise<void> {
  await operatorCookie.clear(await cookies())
}
