import { permissionsOf } from './actor.ts'
import type { Ctx } from './context.ts'
import { AppError } from './errors.ts'
import type { Permission } from './permissions.ts'

/** Not exported: nobody else can make an `Authorized` without a cast. */
declare const proof: unique symbol

/** A context that has been checked for the permission. Verbs take this type, so a door that forgets does not compile. */
export type Authorized<P extends Permission> = Ctx & { readonly [proof]: { readonly [K in P]: true } }

/**
 * Proves that the context's actor holds the permission.
 * @throws AUTHENTICATION_REQUIRED for a visitor, INSUFFICIENT_SCOPE naming what is missing for anybody else
 */
export function authorize<P extends Permission>(ctx: Ctx, permission: P): Authorized<P> {
  if (permission !== 'public' && !permissionsOf(ctx.actor).has(permission)) {
    if (ctx.actor.kind === 'visitor') {
      throw new AppError(
        'AUTHENTICATION_REQUIRED',
        'Sign in, or send an access token as "Authorization: Bearer".',
      )
    }
    throw new AppError(
      'INSUFFICIENT_SCOPE',
      `You don't have the required permissions: this needs "${permission}". Please contact your admin.`,
    )
  }
  return ctx as Authorized<P>
}
