/** Reasons why a delivery got no answer, without any text from the receiver. */
const REASONS = {
  'address-not-allowed': 'The address is not a public one.',
  'scheme-not-allowed': 'The URL must start with https://.',
  'name-not-found': 'The host name could not be resolved.',
  timeout: 'There was no answer within 10 seconds.',
  'connection-refused': 'The connection was refused.',
  'connection-lost': 'The connection was lost before there was an answer.',
  'tls-failed': 'The certificate or the TLS handshake was not accepted.',
  'no-answer': 'There was no valid answer.',
} as const

export type DeliveryFailure = keyof typeof REASONS

/** An attempt that ended without an HTTP status. The message is shown to operators. */
export class DeliveryError extends Error {
  readonly reason: DeliveryFailure

  constructor(reason: DeliveryFailure, options: { cause?: unknown } = {}) {
    super(REASONS[reason], options)
    this.name = 'DeliveryError'
    this.reason = reason
  }
}

/** Names what Node's sockets and TLS say. */
export function toDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return new DeliveryError(reasonOf(error, code), { cause: error })
}

function reasonOf(error: unknown, code: string): DeliveryFailure {
  const name = error instanceof Error ? error.name : ''
  if (name === 'TimeoutError' || name === 'AbortError' || code === 'ABORT_ERR' || code === 'ETIMEDOUT')
    return 'timeout'
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return 'connection-refused'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'connection-lost'
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code)) return 'tls-failed'
  return 'no-answer'
}
