import { and, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { Filter } from '#lib/core/list/filter.ts'
import { likeText } from '#lib/core/list/to-sql.ts'
import { canonicalSecret, TAIL_LENGTH } from '#lib/core/typed-secret.ts'
import { hasKey } from './find-typed-key.ts'
import { KEY_PREFIX_LENGTH, readKey, tailLookUps } from './license-key.ts'

/** Most keys that one search opens. */
const CANDIDATES = 2_000

/** The clear beginning in its canonical form, as the index has it. */
const clearPrefix = sql`translate(lower(${licenses.keyPrefix}), '-"''\`', '')`

/** The account whose keys are searched. */
interface Scope {
  db: Executor
  accountId: string
  /** Narrows further, such as to one customer's. */
  within?: SQL | undefined
}

/**
 * The condition of a filter on beginnings or ends of keys. Undefined for other operators.
 * @throws INVALID_INPUT for an end that is too short, and where too many keys would have to be opened
 */
export async function keyPartFilter(scope: Scope, filter: Filter): Promise<SQL | undefined> {
  if (filter.operator !== 'sw' && filter.operator !== 'ew') return undefined
  const typed = canonicalSecret(String(filter.values[0] ?? ''))
  const name = `${filter.field}[${filter.operator}]`
  if (typed === '') throw fieldError(name, 'keys are found by their letters and digits')
  if (filter.operator === 'ew') {
    if (typed.length < TAIL_LENGTH) {
      throw fieldError(name, `at least the last ${TAIL_LENGTH} characters of the key are needed`)
    }
    return endsWith(scope, typed)
  }
  const found = await startsWith(scope, typed)
  if (!found) {
    throw fieldError(name, 'too many keys begin like this: type the whole key, or its last four characters')
  }
  return found
}

/**
 * Licenses whose key equals, begins with or ends with the search text. Undefined if the text can be no part of a key.
 * @throws INVALID_INPUT where it looks like a key and too many begin like it
 */
export async function keyMatches(scope: Scope, typed: string): Promise<SQL | undefined> {
  const canonical = canonicalSecret(typed)
  if (canonical === '') return undefined
  const [beginning, end] = await Promise.all([
    startsWith(scope, canonical),
    canonical.length >= TAIL_LENGTH ? endsWith(scope, canonical) : undefined,
  ])
  // The same search covers names, so only a text that must be a key is refused.
  if (!beginning && /^[\x21-\x7e]*\d[\x21-\x7e]*$/.test(typed.trim())) {
    throw fieldError(
      'query',
      'too many keys begin like this: type the whole key, or its last four characters',
    )
  }
  return or(hasKey(typed), beginning, end)
}

/** Compares the clear beginning. Keys whose clear part is shorter than the text are opened. Undefined for too many. */
async function startsWith(scope: Scope, typed: string): Promise<SQL | undefined> {
  const shorter = Array.from({ length: Math.min(typed.length, KEY_PREFIX_LENGTH + 1) }, (_, length) =>
    typed.slice(0, length),
  )
  const candidates = await openCandidates(scope, inArray(clearPrefix, shorter))
  if (!candidates) return undefined
  const ids = candidates.filter(({ key }) => key.startsWith(typed)).map(({ id }) => id)
  const clear = sql`${clearPrefix} like ${`${likeText(typed)}%`}`
  return ids.length === 0 ? clear : or(clear, inArray(licenses.id, ids))
}

/** Compares the hash of the last four characters, which many keys share, and opens those. */
async function endsWith(scope: Scope, typed: string): Promise<SQL> {
  const candidates = (await openCandidates(scope, inArray(licenses.keyTail, tailLookUps(typed)))) ?? []
  const ids = candidates.filter(({ key }) => key.endsWith(typed)).map(({ id }) => id)
  return ids.length === 0 ? sql`false` : inArray(licenses.id, ids)
}

/** The canonical keys of those rows; undefined where they are too many. One that cannot be opened is left out. */
async function openCandidates({ db, accountId, within }: Scope, where: SQL) {
  const rows = await db
    .select({ id: licenses.id, sealedKey: licenses.sealedKey })
    .from(licenses)
    .where(and(eq(licenses.accountId, accountId), where, within))
    .limit(CANDIDATES + 1)
  if (rows.length > CANDIDATES) return undefined
  return rows.flatMap((row) => {
    const key = readKey(row)
    return key === undefined ? [] : [{ id: row.id, key: canonicalSecret(key) }]
  })
}
