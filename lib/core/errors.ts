/** Every code that leaves Latchkey, in wire form. `lib/web/http/status.ts` gives each its status; a missing one does not compile. */
export const ERROR_CODES = [
  'INVALID_INPUT',
  'INVALID_JSON',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'AUTHENTICATION_REQUIRED',
  'INVALID_TOKEN',
  'INSUFFICIENT_SCOPE',
  'FORBIDDEN',
  'STEP_UP_REQUIRED',
  'CROSS_ORIGIN_REFUSED',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'CONFLICT',
  'EMAIL_TAKEN',
  'ALREADY_EXISTS',
  'IN_USE',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_KEY_IN_FLIGHT',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'INTERNAL',
  'INVALID_ACCOUNT_ID',
  'ACCOUNT_REQUIRED',
  'AUTHENTICATION_FAILED',
  'ACCOUNT_LOGIN_TEMPORARILY_LOCKED',
  'MISSING_TWO_FACTOR_CODE',
  'INVALID_TWO_FACTOR_CODE',
  'OPERATORS_ARE_NOT_USERS',
  'USERS_LIMIT_REACHED',
  'RESERVED_ROLE',
  'INVALID_RESET_TOKEN',
  'OIDC_SSO_NOT_ENABLED',
  'GOOGLE_SSO_NOT_ENABLED',
  'SAML_SSO_NOT_ENABLED',
  'ACCOUNT_MANAGED_BY_INSTALLATION',
  'USER_BANNED',
  'GROUP_CANNOT_BUY',
  'ALREADY_SUBSCRIBED',
  'BILLING_OFF',
  'INVALID_SIGNATURE',
  'PAYMENT_PROVIDER_UNAVAILABLE',
  'OWNER_ERASED',
  'SETUP_LINK_INVALID',
  'LAST_OWNER',
  'INVALID_PRODUCT_ID',
  'INVALID_LICENSE_KEY',
  'INVALID_LICENSE_TYPE',
  'REVOKED_LICENSE',
  'ACTIVATION_LIMIT_REACHED',
  'DEVICE_SWAP_LIMIT_REACHED',
  'DEACTIVATION_LIMIT_REACHED',
  'INVALID_ACTIVATION_FINGERPRINT',
  'VM_ACTIVATION_NOT_ALLOWED',
  'CONTAINER_ACTIVATION_NOT_ALLOWED',
  'COUNTRY_NOT_ALLOWED',
  'IP_ADDRESS_NOT_ALLOWED',
  'LICENSE_NOT_EFFECTIVE',
  'RELEASE_VERSION_NOT_ALLOWED',
  'INVALID_RELEASE_VERSION_FORMAT',
  'METER_ATTRIBUTE_USES_LIMIT_REACHED',
  'ACTIVATION_NOT_FOUND',
  'INVALID_OFFLINE_REQUEST',
  'TRIAL_NOT_ALLOWED',
  'TRIAL_ACTIVATION_LIMIT_REACHED',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** Input errors by field path (`email`, `metadata[0].key`). Each is a sentence that a person can act on. */
export type FieldErrors = Record<string, string>

/** The only error a verb throws on purpose. `message` reaches the caller: it never holds a secret. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly fields: FieldErrors | undefined
  /** Seconds after which a throttled caller may try again; becomes `Retry-After`. */
  readonly retryAfterSeconds: number | undefined
  /** The page on which a license's owner can remove the reason of the refusal. */
  readonly fixUrl: string | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { fields?: FieldErrors; retryAfterSeconds?: number; fixUrl?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.fields = options.fields
    this.retryAfterSeconds = options.retryAfterSeconds
    this.fixUrl = options.fixUrl
  }
}

/** A refusal that names one field. */
export function fieldError(field: string, message: string): AppError {
  return new AppError('INVALID_INPUT', `${field}: ${message}`, { fields: { [field]: message } })
}

/** A row of another account and a missing one give the same answer, so that nobody can probe ids. */
export function notFound(noun: string): AppError {
  return new AppError('NOT_FOUND', `There is no such ${noun}.`)
}
