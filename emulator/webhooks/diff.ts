type Node = Record<string, unknown>

/** What an update event reports as `previous_attributes`: the old values of what changed, objects field by field. */
export function previousAttributes(before: object, after: object): Node {
  const old = before as Node
  const current = after as Node
  const changed: Node = {}
  for (const name of new Set([...Object.keys(old), ...Object.keys(current)])) {
    const a = old[name]
    const b = current[name]
    if (JSON.stringify(a) === JSON.stringify(b)) continue
    if (isNode(a) && isNode(b)) changed[name] = previousAttributes(a, b)
    else changed[name] = a ?? null
  }
  return changed
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
