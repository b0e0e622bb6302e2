/** True if `value` holds everything `part` holds: the containment of Postgres' `@>` for objects and scalars. */
export function contains(value: unknown, part: unknown): boolean {
  if (isRecord(part)) {
    return isRecord(value) && Object.entries(part).every(([key, inner]) => contains(value[key], inner))
  }
  return value === part
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
