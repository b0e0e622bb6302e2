import { z } from 'zod'
import { AppError, fieldError } from '../errors.ts'
import { isId } from '../ids.ts'
import {
  type FieldKind,
  type Filter,
  type ListFields,
  type ListInput,
  OPERATORS,
  type Operator,
} from '../list/filter.ts'
import { composed, parseInstant } from './fields.ts'
import { ACCOUNT_HINTS } from './plain-query.ts'

/** Page size when a client names none. Clients page until an empty page comes. */
const DEFAULT_LIMIT = 20

/** Values of one `in` or `nin`. Each is a parameter of the statement; an address has room for some four hundred ids. */
const VALUES_MAX = 500

/** Query parameters that are not fields, and older spellings of some that are (contract §2). */
const RESERVED = new Set(['page', 'after', 'limit', 'sort', 'query', 'include', ...ACCOUNT_HINTS])
const LEGACY: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    createdAfter: 'createdAt[gt]',
    createdBefore: 'createdAt[lt]',
    lastSeenAfter: 'lastSeenAt[gt]',
    lastSeenBefore: 'lastSeenAt[lt]',
    metadataKey: 'metadata.key',
    metadataValue: 'metadata.value',
  }),
)

const PAGING = new Set(['page', 'after', 'limit', 'sort'])

/** `field`, `field[operator]`, and `field[operator][]` of one that takes several values. */
const PARAMETER = /^([\w.]+)(?:\[(\w+)\](?:\[\d*\])?)?$/

/** What a list has besides filters and pages. */
interface ListAbout {
  /** Whether `query` searches it; false where it does not. */
  searched?: boolean
  /** What `include` may embed. */
  includes?: readonly string[]
  /** Whether it is exported, as a file that may begin with a byte order mark. */
  exported?: boolean
}

/** The meaning of a parameter's name. */
export interface QueryName {
  /** Names that mean the same thing have the same. */
  means: string
  /** It may be sent several times. */
  repeatable?: boolean
  /** Why it has no effect, though it is known. */
  harmless?: string
}

/** Knows the names of a query's parameters. Undefined for a name without effect. */
export interface QueryNames {
  searched: boolean
  exported: boolean
  includes: readonly string[]
  meaningOf(name: string, value: string): QueryName | undefined
}

const fieldsBySchema = new WeakMap<z.ZodType, ListFields>()
const namesBySchema = new WeakMap<z.ZodType, QueryNames>()
const shorthandsBySchema = new WeakMap<z.ZodType, Record<string, string>>()

/**
 * The query of a list: `page` or `after`, `limit`, `sort`, `query` and `field[op]=value` in every encoding clients use. An empty plain
 * parameter is ignored; an empty `field[in]=` matches nothing, so that it can never return everything.
 */
export function listQuery(fields: ListFields, about: ListAbout = {}) {
  const schema = z.instanceof(URLSearchParams).transform((params, refinement): ListInput => {
    try {
      if (about.exported && params.get('bom')) parseValue('bom', 'boolean', params.get('bom') ?? '')
      const include = about.includes && includesOf(about.includes, params)
      return { ...parseListQuery(fields, params), ...(include && { include }) }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      for (const [field, message] of Object.entries(error.fields ?? {})) {
        refinement.addIssue({ code: 'custom', path: [field], message })
      }
      return z.NEVER
    }
  })
  fieldsBySchema.set(schema, fields)
  namesBySchema.set(schema, {
    ...described(about),
    meaningOf: (name, value) => meaningOf(fields, about, name, value),
  })
  return schema
}

function described({
  searched = true,
  includes = [],
  exported = false,
}: ListAbout): Omit<QueryNames, 'meaningOf'> {
  return { searched, includes, exported }
}

function meaningOf(
  fields: ListFields,
  about: ListAbout,
  rawName: string,
  value: string,
): QueryName | undefined {
  const name = LEGACY.get(rawName) ?? rawName
  if (PAGING.has(name)) return { means: name }
  if (name === 'query') return about.searched === false ? undefined : { means: name }
  if (name === 'bom' && about.exported) return { means: name }
  if (name === 'include' && about.includes) {
    const allKnown = toIncludes([value]).every((part) => about.includes?.includes(part))
    return allKnown
      ? { means: name, repeatable: true }
      : { means: name, harmless: 'names what is not embedded here' }
  }
  const match = PARAMETER.exec(name)
  if (!match?.[1] || !Object.hasOwn(fields, match[1])) return undefined
  const operator = match[2] ?? 'eq'
  return { means: `${match[1]} ${operator}`, repeatable: operator === 'in' || operator === 'nin' }
}

/** `include=user,organizations` as the names that are known, each once. */
function includesOf(known: readonly string[], params: URLSearchParams): string[] {
  const asked = toIncludes(params.getAll('include'))
  return known.filter((name) => asked.includes(name))
}

function toIncludes(values: readonly string[]): string[] {
  return values
    .flatMap((text) => text.split(','))
    .map((part) => part.trim().replace(/s$/, ''))
    .filter(Boolean)
}

/**
 * The query of what has filters and no pages (exports, figures): that of a list without `page`, `after`, `limit` and `sort`, which are
 * ignored. `shorthands` are other names of parameters: `{ from: 'createdAt[gte]' }`.
 */
export function filterQuery(
  fields: ListFields,
  shorthands: Record<string, string> = {},
  about: ListAbout = { searched: false },
) {
  const schema = z
    .instanceof(URLSearchParams)
    .transform(
      (params) =>
        new URLSearchParams(
          [...params]
            .filter(([name]) => !PAGING.has(name))
            .map(([name, value]) => spelledOut(own(shorthands, name) ?? name, name, value)),
        ),
    )
    .pipe(listQuery(fields, about))
  fieldsBySchema.set(schema, fields)
  shorthandsBySchema.set(schema, shorthands)
  namesBySchema.set(schema, {
    ...described(about),
    meaningOf(name, value) {
      if (PAGING.has(name)) return { means: name, harmless: 'has no effect: there are no pages' }
      return meaningOf(fields, about, own(shorthands, name) ?? name, value)
    },
  })
  return schema
}

function own(names: Record<string, string>, name: string): string | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined
}

/** A day alone, as a shorthand's upper bound, means its end: people count it in. */
function spelledOut(means: string, name: string, value: string): [string, string] {
  const isDay = means !== name && means.endsWith('[lte]') && /^\d{4}-\d{2}-\d{2}$/.test(value)
  return [means, isDay ? `${value}T23:59:59.999Z` : value]
}

/** The query of an export: its list's, without paging. */
export const exportQuery = (fields: ListFields) => filterQuery(fields, {}, { searched: true, exported: true })

/** The names that a query of `listQuery` or `filterQuery` knows; undefined for any other. */
export function queryNamesOf(schema: z.ZodType): QueryNames | undefined {
  return namesBySchema.get(schema)
}

/** The shorthands of a query that `filterQuery` made; undefined for one that has pages. */
export function shorthandsOf(schema: z.ZodType): Record<string, string> | undefined {
  return shorthandsBySchema.get(schema)
}

/** The fields of a query that `listQuery` or `filterQuery` made, for its description; undefined for any other. */
export function listFieldsOf(schema: z.ZodType): ListFields | undefined {
  return fieldsBySchema.get(schema)
}

function parseListQuery(fields: ListFields, params: URLSearchParams): ListInput {
  const filters: Filter[] = []
  const grouped = new Map<string, { field: string; operator: Operator; raw: string[]; plain: boolean }>()
  for (const [rawName, value] of params) {
    // The database takes no NUL; other broken characters have been replaced by now.
    if (value.includes('\0')) throw fieldError(rawName.slice(0, 60), 'must not hold a NUL character')
    const name = LEGACY.get(rawName) ?? rawName
    if (RESERVED.has(name)) continue
    const match = PARAMETER.exec(name)
    const fieldName = match?.[1] ?? name
    const field = Object.hasOwn(fields, fieldName) ? fields[fieldName] : undefined
    if (!field) {
      if (match?.[2]) throw fieldError(rawName, 'this list has no such filter')
      continue
    }
    const operator = match?.[2] ?? 'eq'
    if (!isOperator(field.kind, operator)) {
      throw fieldError(rawName, `"${operator}" is not one of ${OPERATORS[field.kind].join(', ')}`)
    }
    const key = `${fieldName} ${operator}`
    const group = grouped.get(key) ?? { field: fieldName, operator, raw: [], plain: match?.[2] === undefined }
    group.raw.push(value)
    grouped.set(key, group)
  }
  for (const { field, operator, raw, plain } of grouped.values()) {
    const isList = operator === 'in' || operator === 'nin'
    const texts = (isList ? raw.flatMap((text) => text.split(',')) : raw.slice(-1)).filter(
      (text) => text !== '',
    )
    if (texts.length === 0 && !isList) {
      // An empty plain parameter says nothing; clients send it for fields left blank.
      if (plain) continue
      throw fieldError(`${field}[${operator}]`, 'a value is missing')
    }
    const kind = fields[field]?.kind ?? 'text'
    // A repeated value changes nothing.
    const once = isList ? [...new Set(texts)] : texts
    if (once.length > VALUES_MAX) {
      throw fieldError(`${field}[${operator}]`, `at most ${VALUES_MAX} values are taken`)
    }
    const written = fields[field]?.exact ? once : once.map(composed)
    filters.push({ field, operator, values: written.map((text) => parseValue(field, kind, text)) })
  }
  const after = params.get('after') || undefined
  const numbered = Boolean(params.get('page'))
  if (after !== undefined && numbered) throw fieldError('after', 'either page or after is expected')
  return {
    page: wholeNumber(params, 'page', 1, { min: 1, max: 1_000_000 }),
    numbered,
    ...(after !== undefined && { after }),
    limit: wholeNumber(params, 'limit', DEFAULT_LIMIT, { min: 1, max: 100 }),
    sort: parseSort(fields, params.get('sort') ?? ''),
    filters,
    query: composed(params.get('query') ?? '').trim() || undefined,
  }
}

function isOperator(kind: FieldKind, text: string): text is Operator {
  return (OPERATORS[kind] as readonly string[]).includes(text)
}

function parseValue(field: string, kind: FieldKind, text: string): string | number | boolean | Date {
  switch (kind) {
    case 'text':
    case 'choice':
      return text
    case 'id':
      if (!isId(text)) throw fieldError(field, `"${text.slice(0, 60)}" is not an id`)
      return text.toLowerCase()
    case 'number': {
      const value = Number(text)
      if (!Number.isFinite(value)) throw fieldError(field, `"${text.slice(0, 60)}" is not a number`)
      return value
    }
    case 'boolean':
      if (!/^(true|false|1|0)$/i.test(text)) throw fieldError(field, 'true or false is expected')
      return /^(true|1)$/i.test(text)
    case 'date': {
      const value = parseInstant(text)
      if (!value) throw fieldError(field, `"${text.slice(0, 60)}" is not a date`)
      return value
    }
  }
}

function wholeNumber(
  params: URLSearchParams,
  name: string,
  fallback: number,
  range: { min: number; max: number },
): number {
  const text = params.get(name)
  if (!text) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < range.min || value > range.max) {
    throw fieldError(name, `a whole number from ${range.min} to ${range.max} is expected`)
  }
  return value
}

/** Sorting twice by one field changes nothing: a repeated field is left out. */
function parseSort(fields: ListFields, text: string): ListInput['sort'] {
  const asked = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const descending = part.startsWith('-')
      const field = part.replace(/^[-+]/, '')
      if (!Object.hasOwn(fields, field) || !fields[field]?.column)
        throw fieldError('sort', `cannot sort by "${field.slice(0, 60)}"`)
      return { field, descending }
    })
  const first = new Map<string, ListInput['sort'][number]>()
  for (const key of asked) if (!first.has(key.field)) first.set(key.field, key)
  return [...first.values()]
}
