import type { Kind } from '../documents/kinds.ts'
import type { Reader } from '../storage.ts'
import { invalidParam } from './errors.ts'
import { INCLUDABLE } from './includable.ts'

type Node = Record<string, unknown>

/** What a field that holds an id points at. */
const POINTS_AT: ReadonlyMap<string, Kind> = new Map(
  Object.entries<Kind>({
    charge: 'charge',
    customer: 'customer',
    default_payment_method: 'payment_method',
    default_price: 'price',
    invoice: 'invoice',
    latest_charge: 'charge',
    latest_invoice: 'invoice',
    payment_intent: 'payment_intent',
    payment_method: 'payment_method',
    price: 'price',
    product: 'product',
    setup_intent: 'setup_intent',
    subscription: 'subscription',
  }),
)

const MAX_DEPTH = 4

/**
 * Replaces ids by their objects along dotted paths (`data.` steps into lists) and adds fields that come only on request.
 * @throws ApiError 400 for a path that leads nowhere.
 */
export async function expand(db: Reader, body: object, paths: readonly string[]): Promise<object> {
  const copy: Node = structuredClone(body) as Node
  for (const path of paths) {
    const segments = path.split('.')
    if (segments.filter((segment) => segment !== 'data').length > MAX_DEPTH) {
      throw invalidParam(`You cannot expand more than ${MAX_DEPTH} levels of a property.`, 'expand')
    }
    await expandPath(db, copy, segments, path)
  }
  return copy
}

async function expandPath(db: Reader, node: Node, segments: string[], path: string): Promise<void> {
  const [field, ...rest] = segments
  if (field === undefined) return
  if (!Object.hasOwn(node, field) || node[field] === undefined) {
    const include = INCLUDABLE.get(`${String(node.object)}.${field}`)
    if (!include) throw cannotExpand(path)
    node[field] = await include(db, node)
  } else if (typeof node[field] === 'string') {
    const kind = POINTS_AT.get(field)
    const target = kind && (await db.get(kind, node[field]))
    if (!target) throw cannotExpand(path)
    node[field] = target
  }
  const value = node[field]
  if (Array.isArray(value)) {
    for (const item of value) if (isNode(item)) await expandPath(db, item, rest, path)
  } else if (isNode(value)) await expandPath(db, value, rest, path)
  else if (value !== null) throw cannotExpand(path)
}

function cannotExpand(path: string) {
  return invalidParam(`This property cannot be expanded (${path}).`, 'expand')
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
