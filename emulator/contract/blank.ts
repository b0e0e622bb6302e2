import { contract, resolve, type Schema } from './load.ts'

/**
 * An object of the named schema with every required field at its emptiest: null where allowed, else `[]`, `{}`, `0`,
 * `false`, the only enum value. Builders then state just what they know.
 */
export function blank(schemaName: string): Record<string, unknown> {
  const schema = contract().components.schemas[schemaName]
  if (!schema) throw new Error(`The contract has no schema ${schemaName}`)
  return blankObject(schema)
}

function blankObject(schema: Schema): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const name of schema.required ?? []) {
    const property = schema.properties?.[name]
    if (property) result[name] = blankValue(property)
  }
  return result
}

function blankValue(unresolved: Schema): unknown {
  const schema = resolve(unresolved)
  if (isNullable(schema)) return null
  const first = schema.anyOf?.[0]
  if (first) return blankValue(first)
  if (schema.enum) return schema.enum[0]
  switch (schema.type) {
    case 'object':
      return blankObject(schema)
    case 'array':
      return []
    case 'boolean':
      return false
    case 'number':
      return 0
    default:
      return ''
  }
}

function isNullable(schema: Schema): boolean {
  if (schema.type === 'null' || (Array.isArray(schema.type) && schema.type.includes('null'))) return true
  return schema.anyOf?.some(isNullable) ?? false
}
