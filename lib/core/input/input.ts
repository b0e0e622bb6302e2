import type { z } from 'zod'
import { AppError, type FieldErrors } from '../errors.ts'

/**
 * Parses what came in.
 * @throws INVALID_INPUT with every field that is wrong
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw inputError(result.error)
}

/** A zod error as ours: the first field in the message, all of them in `fields`. */
export function inputError(error: z.ZodError): AppError {
  /** Paths may be names that the client chose. */
  const messages = new Map<string, string>()
  for (const issue of error.issues) {
    const path = fieldPath(issue.path)
    if (!messages.has(path)) messages.set(path, issue.message)
  }
  const fields: FieldErrors = Object.fromEntries(messages)
  const [first] = messages
  return new AppError('INVALID_INPUT', first ? `${first[0]}: ${first[1]}` : 'The input is not valid.', {
    fields,
  })
}

function fieldPath(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>(
    (sum, part) =>
      typeof part === 'number' ? `${sum}[${part}]` : sum ? `${sum}.${String(part)}` : String(part),
    '',
  )
  return text || 'body'
}
