import type { z } from 'zod'
import { AppError, type FieldErrors } from '../errors.ts'
import { ACCOUNT_HINTS } from './account-hints.ts'
import { type QueryName, queryNamesOf } from './list-query.ts'
import { plainQueryOf } from './plain-query.ts'

/** The most names that are told of one request. */
export const NAMES_LIMIT = 20
/** The longest name that is told, characters. */
const NAME_LENGTH = 100

/** A query parameter or a member of a body that has no effect, and why. Never its value. */
export interface Ignored {
  name: string
  why: string
  /** Understood, but without effect here: a write or an export need not be refused for it. */
  harmless?: true
}

const NOT_KNOWN = 'is not known here'
const TWICE = 'was sent twice, and only one of them counts'

/**
 * The query parameters that an operation would pass over: unknown names, names in another case, a field that was given twice.
 * Unknown operators are not among them: reading the query refuses those.
 */
export function ignoredParameters(query: z.ZodType | undefined, params: URLSearchParams): Ignored[] {
  const names = query && queryNamesOf(query)
  const shape = query && plainQueryOf(query)?.shape
  const seen = new Set<string>()
  const ignored: Ignored[] = []
  for (const [sent, value] of params) {
    const known: QueryName | undefined = names
      ? names.meaningOf(sent, value)
      : shape && Object.hasOwn(shape, sent)
        ? { means: sent }
        : undefined
    if (known?.harmless) ignored.push({ name: sent, why: known.harmless, harmless: true })
    else if (known?.repeatable) continue
    else if (known || ACCOUNT_HINTS.has(sent)) {
      const means = known?.means ?? sent
      if (seen.has(means)) ignored.push({ name: sent, why: TWICE })
      seen.add(means)
    } else ignored.push({ name: sent, why: NOT_KNOWN })
    if (ignored.length > NAMES_LIMIT) break
  }
  return ignored
}

/** Refuses a request for what it would pass over, naming all of it. */
export function refuseIgnored(ignored: readonly Ignored[]): AppError {
  const fields: FieldErrors = Object.fromEntries(
    ignored.slice(0, NAMES_LIMIT).map(({ name, why }) => [cut(name), why]),
  )
  const [first] = Object.entries(fields)
  return new AppError('INVALID_INPUT', first ? `${first[0]}: ${first[1]}` : 'The input is not valid.', {
    fields,
  })
}

/** A name as it may stand in an answer. */
function cut(name: string): string {
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH)}…` : name
}

/**
 * What deletes many at once is told which: a query without any condition that counts would mean all of them.
 * @throws INVALID_INPUT
 */
export function requireCondition(query: unknown): void {
  if (hasCondition(query)) return
  const message = 'at least one filter is expected: without any, everything would be deleted'
  throw new AppError('INVALID_INPUT', message, { fields: { query: message } })
}

function hasCondition(query: unknown): boolean {
  if (query === null || typeof query !== 'object') return false
  if ('filters' in query && Array.isArray(query.filters)) {
    return query.filters.length > 0 || ('query' in query && query.query !== undefined)
  }
  return Object.values(query).some((value) => value !== undefined)
}
