import { invalidParam } from './errors.ts'

/** A decoded form: text, or brackets inside brackets. `a[0]=x` and `a[]=x` both become `{ 0: 'x' }`. */
export type FormValue = string | FormTree
export type FormTree = Map<string, FormValue>

const MAX_DEPTH = 10
const MAX_FIELDS = 2000

/**
 * Decodes `application/x-www-form-urlencoded` with Stripe's brackets.
 * @throws ApiError 400 for a key that contradicts an earlier one, is nested too deep, or for too many fields.
 */
export function decodeForm(text: string): FormTree {
  const root: FormTree = new Map()
  let fields = 0
  for (const [key, value] of new URLSearchParams(text)) {
    if (++fields > MAX_FIELDS) throw invalidParam('Too many parameters.')
    insert(root, splitKey(key), value, key)
  }
  return root
}

function splitKey(key: string): string[] {
  const open = key.indexOf('[')
  if (open <= 0 || !key.endsWith(']')) return [key]
  return [key.slice(0, open), ...key.slice(open + 1, -1).split('][')]
}

function insert(root: FormTree, path: string[], value: string, key: string): void {
  if (key.includes('\0')) throw invalidParam('Invalid parameter name')
  if (path.length > MAX_DEPTH) throw invalidParam('Parameters are nested too deep.', path[0])
  let node = root
  for (const [index, raw] of path.entries()) {
    const segment = raw === '' ? String(node.size) : raw
    if (index === path.length - 1) {
      if (node.get(segment) instanceof Map) throw invalidParam(`Invalid parameter: ${key}`, key)
      node.set(segment, value)
      return
    }
    const child = node.get(segment) ?? new Map()
    if (!(child instanceof Map)) throw invalidParam(`Invalid parameter: ${key}`, key)
    node.set(segment, child)
    node = child
  }
}
