import { AppError } from './errors.ts'

/** The refusal of a name that is taken. */
export function nameTaken(noun: string): AppError {
  const message = `another ${noun} has this name`
  return new AppError('CONFLICT', `name: ${message}`, { fields: { name: message } })
}

/** Runs a change of a name. A violation of that unique constraint becomes the refusal of a taken name. */
export async function uniqueName<T>(noun: string, constraint: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (violates(error, constraint)) throw nameTaken(noun)
    throw error
  }
}

/** The driver's error may be wrapped by the query builder's. */
function violates(error: unknown, constraint: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('constraint_name' in cause && cause.constraint_name === constraint) return true
  }
  return false
}
