/** The parts of an error that a log may hold. */
export interface DescribedError {
  type: string
  message: string
  code?: string
  stack?: string
  cause?: DescribedError
}

/** Deeper than any real chain of causes, and an end for a circular one. */
const DEEPEST = 5

/**
 * An error for the log. A failed query's message ends with its parameters (addresses, names, hashes), and the database's
 * `detail` quotes values: neither is kept.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const described: DescribedError = { type: error.name, message: withoutParameters(error.message) }
  if ('code' in error && typeof error.code === 'string') described.code = error.code
  if (error.stack) described.stack = withoutParameters(error.stack, error.message)
  if (error.cause !== undefined && depth < DEEPEST) described.cause = describeError(error.cause, depth + 1)
  return described
}

function withoutParameters(text: string, message?: string): string {
  const clean = message ? text.replace(message, withoutParameters(message)) : text
  return clean.replace(/\nparams: [\s\S]*?(?=\n {4}at |$)/, '')
}
