import { z } from 'zod'

/** Schemas of values that are never shown again: passwords, codes, tokens. */
const secrets = z.registry<Record<string, never>>()

/** Marks a field as a secret for every form and body. Apply the mark last: it belongs to this schema object alone. */
export function secret<S extends z.ZodType>(schema: S): S {
  secrets.add(schema, {})
  return schema
}

/** Schemas that read a form's fields under names that are not their own. */
const formNames = z.registry<{ names: readonly string[] }>()

/** Names further form fields that a schema is built from, such as the boxes of a group. They are shown again, too. */
export function readsFields<S extends z.ZodType>(names: readonly string[], schema: S): S {
  formNames.add(schema, { names })
  return schema
}

/**
 * The fields of a form's schema that may be shown again: those that it names and that hold no secret, under whatever else the
 * schema is wrapped in. Empty for a schema that names no fields.
 */
export function shownFields(schema: z.core.$ZodType): ReadonlySet<string> {
  const { named, hidden } = fieldsOf(schema)
  return new Set([...named].filter((name) => !hidden.has(name)))
}

function fieldsOf(schema: z.core.$ZodType): { named: Set<string>; hidden: Set<string> } {
  const named = new Set<string>()
  const hidden = new Set<string>()
  for (const part of partsOf(schema)) {
    for (const name of formNames.get(part)?.names ?? []) named.add(name)
    if (!(part instanceof z.ZodObject)) continue
    for (const [name, field] of Object.entries<z.core.$ZodType>(part.shape)) {
      named.add(name)
      if (partsOf(field).some((inner) => secrets.has(inner))) hidden.add(name)
    }
  }
  return { named, hidden }
}

/** The schema and all that it wraps, down to its objects. */
function partsOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = schema._zod
  const inner = ['innerType', 'in', 'out', 'left', 'right', 'element'].map((name) => Reflect.get(def, name))
  const options: unknown = Reflect.get(def, 'options')
  const wrapped = [...inner, ...(Array.isArray(options) ? options : [])].filter(
    (part): part is z.core.$ZodType => part instanceof z.core.$ZodType,
  )
  return [schema, ...wrapped.flatMap(partsOf)]
}
