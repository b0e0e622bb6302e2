import type { z } from 'zod'
import { AppError } from '#lib/core/errors.ts'
import { type Ignored, NOT_KNOWN } from '#lib/core/input/ignored.ts'
import { type QueryName, queryNamesOf } from '#lib/core/input/list-query.ts'
import { ACCOUNT_HINTS, plainQueryOf } from '#lib/core/input/plain-query.ts'

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
  }
  return ignored
}

/**
 * A bulk deletion needs a condition: a query without an effective one would mean all rows.
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
