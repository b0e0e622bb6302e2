import { z } from 'zod'

/** A JSON schema, as far as the description of the Web API looks into it. */
export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  deprecated?: boolean
  enum?: unknown[]
  const?: unknown
  default?: unknown
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  [member: string]: unknown
}

/**
 * Describes a zod schema in JSON Schema 2020-12. Schemas with a `meta` id are put into `components` and referred to.
 * `input` is what a client may send, `output` what it gets.
 */
export function toJsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  components: Record<string, JsonSchema>,
): JsonSchema {
  // Inside a wrapper a schema with an id becomes a reference like any other.
  const wrapped = z.toJSONSchema(z.array(schema), {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'date') {
        jsonSchema.type = 'string'
        jsonSchema.format = 'date-time'
      }
      if (io === 'input' && zodSchema instanceof z.ZodObject) onlyNeeded(zodSchema, jsonSchema)
      // Answers may get more members later, so the schema does not forbid additional ones.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  })
  const { items, $defs = {} } = clean(wrapped)
  for (const [name, definition] of Object.entries($defs as Record<string, JsonSchema>)) {
    const { id: _id, $id: _uri, ...described } = definition
    components[name] = described
  }
  return items ?? {}
}

/** A member with a default or a preprocessing step is listed as required although it is not. So the zod schema is asked. */
function onlyNeeded({ shape }: z.ZodObject, jsonSchema: { required?: string[] }): void {
  const needed = jsonSchema.required?.filter((name) => !shape[name]?.safeParse(undefined).success)
  if (needed && needed.length > 0) jsonSchema.required = needed
  else delete jsonSchema.required
}

/** Points references at the document's components and drops what says nothing. */
function clean(value: unknown): JsonSchema {
  const text = JSON.stringify(value, (name, member: unknown) => {
    if (name === '$ref' && typeof member === 'string') {
      return member.replace('#/$defs/', '#/components/schemas/')
    }
    const everyInteger = member === Number.MIN_SAFE_INTEGER || member === Number.MAX_SAFE_INTEGER
    if ((name === 'minimum' || name === 'maximum') && everyInteger) return undefined
    // Zod adds a long pattern to each format. The format is enough.
    if (name === 'pattern' && typeof member === 'string' && member.length > 120) return undefined
    return member
  })
  return JSON.parse(text)
}
