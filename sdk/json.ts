/** A JSON object, as opposed to an array, a scalar or null. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The parsed text, or undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The string under `name`, or `''` when there is none. */
export function textOf(source: JsonObject, name: string): string {
  const value = source[name]
  return typeof value === 'string' ? value : ''
}

/** The finite number under `name`, or null when there is none. */
export function numberOf(source: JsonObject, name: string): number | null {
  const value = source[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The objects of the array under `name`; empty when it is missing or something else. */
export function objectsOf(source: JsonObject, name: string): JsonObject[] {
  const value = source[name]
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
