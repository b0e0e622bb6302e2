import { notFound } from 'next/navigation'
import { AppError } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { composed } from '#lib/core/input/fields.ts'
import type { Filter, ListInput } from '#lib/core/list/filter.ts'

/** What Next hands a page. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>
export type IdParams = Promise<{ id: string }>

/** One query parameter as text, composed as names are: the first if it was given several times, trimmed, empty when absent. */
export function firstOf(value: string | string[] | undefined): string {
  return composed(((Array.isArray(value) ? value[0] : value) ?? '').slice(0, 300)).trim()
}

/** The query of a list page. A page number that makes no sense is the first page: a person typed it. */
export async function readQuery<const N extends string>(
  searchParams: SearchParams,
  ...names: N[]
): Promise<{ page: number; values: Record<N, string> }> {
  const params = await searchParams
  const page = Number(firstOf(params.page))
  const values = Object.fromEntries(names.map((name) => [name, firstOf(params[name])]))
  return {
    page: Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1,
    values: values as Record<N, string>,
  }
}

/** The list input of a page: 25 rows, newest first, with the conditions that are set. */
export function listInput(input: {
  page: number
  query?: string
  sort?: string
  filters?: (Filter | undefined)[]
}): ListInput {
  const field = input.sort ?? '-createdAt'
  return {
    page: input.page,
    limit: 25,
    sort: [{ field: field.replace(/^-/, ''), descending: field.startsWith('-') }],
    filters: (input.filters ?? []).filter((filter) => filter !== undefined),
    query: input.query || undefined,
  }
}

/** A condition on one field, or none when there is nothing to compare with. */
export function equals(field: string, value: string): Filter | undefined {
  return value ? { field, operator: 'eq', values: [value] } : undefined
}

/** The id in the page's path; a malformed one is a page that does not exist. */
export async function readId(params: IdParams): Promise<string> {
  const { id } = await params
  if (!isId(id)) notFound()
  return id
}

/** The value, or the not-found page. */
export async function orNotFound<T>(looking: Promise<T>): Promise<T> {
  try {
    return await looking
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') notFound()
    throw error
  }
}
