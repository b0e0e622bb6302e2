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
import { parseInstant } from './fields.ts'

/** Page size when a client names none. Clients page until an empty page comes. */
const DEFAULT_LIMIT = 20

/** Query parameters that are not fields, and older spellings of some that are (contract §2). */
const RESERVED = new Set(['page', 'limit', 'sort', 'query', 'include', 'accountId', 'accountAlias'])
const LEGACY: Record<string, string> = {
  createdAfter: 'createdAt[gt]',
  createdBefore: 'createdAt[lt]',
  lastSeenAfter: 'lastSeenAt[gt]',
  lastSeenBefore: 'lastSeenAt[lt]',
  metadataKey: 'metadata.key',
  metadataValue: 'metadata.value',
}

const PAGING = new Set(['page', 'limit', 'sort'])

const fieldsBySchema = new WeakMap<z.ZodType, ListFields>()
const shorthandsBySchema = new WeakMap<z.ZodType, Record<string, string>>()

/**
 * The query of a list: `page`, `limit`, `sort`, `query` and `field[op]=value` in every encoding clients use. An empty plain
 * parameter is ignored; an empty `field[in]=` matches nothing, so that it can never return everything.
 */
export function listQuery(fields: ListFields) {
  const schema = z.instanceof(URLSearchParams).transform((params, refinement): ListInput => {
    try {
      return parseListQuery(fields, params)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      for (const [field, message] of Object.entries(error.fields ?? {})) {
        refinement.addIssue({ code: 'custom', path: [field], message })
      }
      return z.NEVER
    }
  })
  fieldsBySchema.set(schema, fields)
  return schema
}

/**
 * The query of what has filters and no pages (exports, figures): that of a list without `page`, `limit` and `sort`, which are
 * ignored. `shorthands` are other names of parameters: `{ from: 'createdAt[gte]' }`.
 */
export function filterQuery(fields: ListFields, shorthands: Record<string, string> = {}) {
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
    .pipe(listQuery(fields))
  fieldsBySchema.set(schema, fields)
  shorthandsBySchema.set(schema, shorthands)
  return schema
}

function own(shorthands: Record<string, string>, name: string): string | undefined {
  return Object.hasOwn(shorthands, name) ? shorthands[name] : undefined
}

/** A day alone, as a shorthand's upper bound, means its end: people count it in. */
function spelledOut(means: string, name: string, value: string): [string, string] {
  const isDay = means !== name && means.endsWith('[lte]') && /^\d{4}-\d{2}-\d{2}$/.test(value)
  return [means, isDay ? `${value}T23:59:59.999Z` : value]
}

/** The query of an export: its list's, without paging. */
export const exportQuery = (fields: ListFields) => filterQuery(fields)

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
    const name = (Object.hasOwn(LEGACY, rawName) && LEGACY[rawName]) || rawName
    if (RESERVED.has(name)) continue
    const match = /^([\w.]+)(?:\[(\w+)\](?:\[\d*\])?)?$/.exec(name)
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
    filters.push({ field, operator, values: texts.map((text) => parseValue(field, kind, text)) })
  }
  return {
    page: wholeNumber(params, 'page', 1, { min: 1, max: 1_000_000 }),
    limit: wholeNumber(params, 'limit', DEFAULT_LIMIT, { min: 1, max: 100 }),
    sort: parseSort(fields, params.get('sort') ?? ''),
    filters,
    query: params.get('query')?.trim() || undefined,
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

function parseSort(fields: ListFields, text: string): ListInput['sort'] {
  return text
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
}
