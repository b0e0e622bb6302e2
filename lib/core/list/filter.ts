import type { SQL, SQLWrapper } from 'drizzle-orm'

/** Operators by kind of field (contract §2 "Filter operators"). */
export const OPERATORS = {
  text: ['eq', 'ne', 'sw', 'ew', 'cn', 'nc', 'in', 'nin'],
  id: ['eq', 'ne', 'in', 'nin'],
  choice: ['eq', 'ne', 'in', 'nin'],
  number: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'],
  date: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'],
  boolean: ['eq', 'ne'],
} as const

export type FieldKind = keyof typeof OPERATORS
export type Operator = (typeof OPERATORS)[FieldKind][number]

/** One condition, parsed: values have the field's kind. An empty `in` matches nothing. */
export interface Filter {
  field: string
  operator: Operator
  values: (string | number | boolean | Date)[]
}

/**
 * One field that a list may be filtered or sorted by. A filter compares with `column`; a field with `where` makes its own
 * condition (and may throw INVALID_INPUT).
 */
export interface ListField {
  kind: FieldKind
  column?: SQLWrapper
  where?: (filter: Filter) => SQL | undefined
  /** Compared byte by byte. Values stay as they were sent; those of other fields are composed (NFC) as names are. */
  exact?: true
}

export type ListFields = Record<string, ListField>

/** What every list verb takes. */
export interface ListInput {
  /** 1-based. */
  page: number
  /** Whether the client pages by number. Absent: true for every page but the first. */
  numbered?: boolean
  /** A cursor. The page begins behind it. */
  after?: string | undefined
  /** 1 to 100. */
  limit: number
  sort: { field: string; descending: boolean }[]
  filters: Filter[]
  /** Free search, where the list has one. */
  query?: string | undefined
  /** Related rows to embed. */
  include?: readonly string[]
}

/** The first page in the default order. */
export const FIRST_PAGE: ListInput = { page: 1, limit: 20, sort: [], filters: [] }
