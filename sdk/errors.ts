/** The SDK's own error codes. Every other code comes from the server's `{ message, code }`. */
export type LocalErrorCode =
  | 'CONFIGURATION'
  | 'MISSING_LICENSE_KEY'
  | 'NETWORK'
  | 'NOT_ACTIVATED'
  | 'OFFLINE_RESPONSE_EXPIRED'
  | 'OFFLINE_RESPONSE_UNEXPECTED'
  | 'STALE_TOKEN'
  | 'STORE'
  | 'UNEXPECTED_ANSWER'
  | 'UNTRUSTED_REVOCATIONS'
  | 'UNTRUSTED_TOKEN'

type ErrorDetails = {
  /** HTTP status of the answer; absent when there was none. */
  status?: number
  /** Page on which the owner of the license can mend it, when the server names one. */
  fixUrl?: string
  retryAfterSeconds?: number
  cause?: unknown
}

/** Every error the SDK throws. `message` is a sentence for the user, `code` is for the program. */
export class LatchkeyError extends Error {
  readonly code: string
  readonly status: number | null
  readonly fixUrl: string | null
  readonly retryAfterSeconds: number | null

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'LatchkeyError'
    this.code = code
    this.status = details.status ?? null
    this.fixUrl = details.fixUrl ?? null
    this.retryAfterSeconds = details.retryAfterSeconds ?? null
  }
}

/** An error of the SDK's own, with a code from the closed list. */
export function localError(code: LocalErrorCode, message: string, details?: ErrorDetails): LatchkeyError {
  return new LatchkeyError(code, message, details)
}

const SENTENCES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    ACCOUNT_LOGIN_TEMPORARILY_LOCKED: 'Signing in is locked for some minutes after too many failed attempts.',
    ACTIVATION_LIMIT_REACHED: 'All devices of this license are in use. Deactivate one of them and try again.',
    ACTIVATION_NOT_FOUND: 'This computer is no longer activated. Activate it again with the license key.',
    AUTHENTICATION_FAILED: 'The email address or the password is wrong.',
    CONTAINER_ACTIVATION_NOT_ALLOWED: 'This license does not allow running in a container.',
    COUNTRY_NOT_ALLOWED: 'This license may not be used in this country.',
    DEACTIVATION_LIMIT_REACHED: 'This license has no deactivations left. Please contact the vendor.',
    INVALID_ACTIVATION_FINGERPRINT:
      'This activation belongs to another computer. Activate with the license key.',
    INVALID_LICENSE_KEY: 'This license key is not known. Check it for typing mistakes.',
    INVALID_LICENSE_TYPE: 'This kind of license cannot be activated on a computer.',
    INVALID_PRODUCT_ID: 'The license server does not know this product.',
    IP_ADDRESS_NOT_ALLOWED: 'This license may not be used from this network.',
    LICENSE_NOT_EFFECTIVE: 'This license is not effective yet.',
    RELEASE_VERSION_NOT_ALLOWED: 'This license does not cover this version of the application.',
    METER_ATTRIBUTE_USES_LIMIT_REACHED: 'This license has no uses of this kind left.',
    REVOKED_LICENSE: 'This license has been revoked. Please contact the vendor.',
    TRIAL_ACTIVATION_LIMIT_REACHED: 'This computer has had the trial of this product.',
    TRIAL_NOT_ALLOWED: 'There is no trial of this product.',
    VM_ACTIVATION_NOT_ALLOWED: 'This license does not allow running in a virtual machine.',
  }),
)

/** The sentence for a server's code: ours where we have one, else the server's own message. */
export function sentenceFor(code: string, serverMessage: string): string {
  return SENTENCES.get(code) ?? (serverMessage || `The license server refused the request (${code}).`)
}
