import type { ListOf } from '../documents/document.ts'
import type { Documents, Kind } from '../documents/kinds.ts'
import type { CreatedRange, Query, Reader } from '../storage.ts'
import { invalidParam, noSuch } from './errors.ts'

export interface ListParams {
  limit?: number
  starting_after?: string
  ending_before?: string
  created?: CreatedRange | number
}

/**
 * One page of a list, newest first.
 * @throws ApiError 400 for a limit outside 1–100, two cursors, or a cursor that is not there.
 */
export async function listPage<K extends Kind>(
  db: Reader,
  kind: K,
  url: string,
  params: ListParams,
  filter: Pick<Query<K>, 'match' | 'where'> = {},
): Promise<ListOf<Documents[K]>> {
  const limit = readLimit(params)
  const cursor = params.starting_after ?? params.ending_before
  if (cursor !== undefined && !(await db.get(kind, cursor))) {
    throw noSuch(kind, cursor, params.starting_after === undefined ? 'ending_before' : 'starting_after')
  }
  const created =
    typeof params.created === 'number' ? { gte: params.created, lte: params.created } : params.created
  const found = await db.list(kind, {
    ...filter,
    limit: limit + 1,
    ...(created && { created }),
    ...(params.starting_after !== undefined && { after: params.starting_after }),
    ...(params.ending_before !== undefined && { before: params.ending_before }),
  })
  const has_more = found.length > limit
  const data = params.ending_before === undefined ? found.slice(0, limit) : found.slice(-limit)
  return { object: 'list', data, has_more, url }
}

/** The same for items that live inside another document, in their own order. */
export function listInline<T extends { id: string }>(items: T[], url: string, params: ListParams): ListOf<T> {
  const limit = readLimit(params)
  const cursor = params.starting_after ?? params.ending_before
  const at = cursor === undefined ? -1 : items.findIndex((item) => item.id === cursor)
  if (cursor !== undefined && at < 0) throw noSuch('item', cursor, 'starting_after')
  const rest = params.ending_before === undefined ? items.slice(at + 1) : items.slice(0, at)
  const data = params.ending_before === undefined ? rest.slice(0, limit) : rest.slice(-limit)
  return { object: 'list', data, has_more: rest.length > limit, url }
}

function readLimit(params: ListParams): number {
  const limit = params.limit ?? 10
  if (limit < 1 || limit > 100) {
    throw invalidParam('This value must be between 1 and 100.', 'limit', 'parameter_invalid_integer')
  }
  if (params.starting_after !== undefined && params.ending_before !== undefined) {
    throw invalidParam('You can only use one of starting_after and ending_before.', 'starting_after')
  }
  return limit
}
