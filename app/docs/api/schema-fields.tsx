import type { JsonSchema } from '#lib/core/input/json-schema.ts'

/** The fields of an object, or what else a schema is, as a list; objects inside it are listed below their field. */
export function SchemaFields({ schema }: { schema: JsonSchema }) {
  const properties = Object.entries(schema.properties ?? {})
  if (properties.length === 0) {
    return (
      <p className="py-1 text-sm">
        <TypeOf schema={schema} />
      </p>
    )
  }
  return (
    <dl className="divide-y divide-base-300 text-sm">
      {properties.map(([name, field]) => (
        <div key={name} className="grid gap-x-4 py-1.5 sm:grid-cols-[16rem_1fr]">
          <dt className="font-mono break-words">
            {name}
            {schema.required?.includes(name) && <span title="required"> *</span>}
          </dt>
          <dd>
            <TypeOf schema={field} />
            {field.deprecated && <span className="badge badge-sm ml-2">old name</span>}
            {field.description && <span className="ml-2">{field.description}</span>}
            <Inner schema={field} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Inner({ schema }: { schema: JsonSchema }) {
  const inner = schema.properties ? schema : schema.items?.properties ? schema.items : undefined
  if (!inner) return null
  return (
    <div className="border-l-2 border-base-300 pl-3">
      <SchemaFields schema={inner} />
    </div>
  )
}

/** What a value is, in a few words; named answers are links. */
function TypeOf({ schema }: { schema: JsonSchema }) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return (
      <a className="link font-mono" href={`#schema-${name}`}>
        {name}
      </a>
    )
  }
  if (schema.anyOf) {
    return schema.anyOf.map((option, index) => (
      <span key={JSON.stringify(option)}>
        {index > 0 && ' or '}
        <TypeOf schema={option} />
      </span>
    ))
  }
  if (schema.items) {
    return (
      <>
        list of <TypeOf schema={schema.items} />
      </>
    )
  }
  return <span className="font-mono">{inWords(schema)}</span>
}

function inWords(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const type = [schema.type ?? 'any'].flat().join(' | ')
  return schema.format ? `${type} (${schema.format})` : type
}
