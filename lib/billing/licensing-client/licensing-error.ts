/** The licensing API refused or could not be reached. */
export class LicensingError extends Error {
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** Null when no answer came. */
  readonly status: number | null
  readonly code: string | null

  constructor(
    message: string,
    facts: { retryable: boolean; status: number | null; code: string | null; cause?: unknown },
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'LicensingError'
    this.retryable = facts.retryable
    this.status = facts.status
    this.code = facts.code
  }
}
