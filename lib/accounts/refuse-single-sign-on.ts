import { AppError } from '../errors.ts'

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
