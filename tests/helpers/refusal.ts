import { AppError, type ErrorCode, type FieldErrors } from '#lib/core/errors.ts'

export interface Refusal {
  code: ErrorCode
  message: string
  fields: FieldErrors | undefined
  retryAfterSeconds: number | undefined
}

/** What an attempt was refused with; fails when it was not refused, or broke. */
export async function refusalOf(attempt: Promise<unknown>): Promise<Refusal> {
  const error = await attempt.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof AppError)) throw error
  const { code, message, fields, retryAfterSeconds } = error
  return { code, message, fields, retryAfterSeconds }
}
