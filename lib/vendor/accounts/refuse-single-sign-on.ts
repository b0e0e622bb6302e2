import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'

const NAMES = {
  GOOGLE_SSO_NOT_ENABLED: 'Google',
  OIDC_SSO_NOT_ENABLED: 'OpenID Connect',
  SAML_SSO_NOT_ENABLED: 'SAML',
} as const

/**
 * Single sign-on is not part of Latchkey: its doors say so in the words that clients know.
 * @throws always
 */
export async function refuseSingleSignOn(code: keyof typeof NAMES): Promise<never> {
  throw new AppError(code, `Single sign-on with ${NAMES[code]} is not enabled. Sign in with a password.`)
}

/**
 * Nor can it be configured.
 * @throws NOT_FOUND for another account, else SAML_SSO_NOT_ENABLED
 */
export async function refuseSamlConfiguration(ctx: Authorized<'account:write'>, id: string): Promise<never> {
  if (id !== ctx.accountId) throw notFound('account')
  return refuseSingleSignOn('SAML_SSO_NOT_ENABLED')
}
