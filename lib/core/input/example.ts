import type { z } from 'zod'
import type { JsonSchema } from './json-schema.ts'

export const EXAMPLE_ID = '0199f3a0-0000-7000-8000-000000000001'
const MOMENT = '2027-01-31T12:00:00.000Z'

/** Example texts by member name. Other texts get an example by their format. */
const BY_NAME: ReadonlyMap<string, unknown> = new Map(
  Object.entries<unknown>({
    accessToken: 'lk_pat_…',
    action: 'created',
    activationToken: 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.…',
    actor: 'operator:0199f3a0-0000-7000-8000-000000000001',
    alias: 'acme',
    appVersion: '2.4.0',
    body: 'Hello {{user.name}}, your license {{license.key}} is ready.',
    channel: 'stable',
    city: 'Berlin',
    claim: 'license:read',
    code: 'INVALID_INPUT',
    company: 'Doe Ltd',
    country: 'Germany',
    countryCode: 'DE',
    description: 'For teams',
    displayName: 'Drawing Board',
    domain: 'mail.example.com',
    email: 'jane@example.com',
    event: 'license.created',
    fingerprint: 'b6f0a1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccddee',
    firstName: 'Jane',
    fromEmail: 'hello@example.com',
    hostname: 'workbench',
    ip: '203.0.113.7',
    ipAddress: '203.0.113.7',
    key: 'A1B2C3-D4E5F6-A7B8C9-D0E1F2-A3B4C5-D6E7F8',
    keyPattern: '^([A-F0-9]{6}-){5}[A-F0-9]{6}$',
    lastName: 'Doe',
    name: 'Example',
    newPassword: 'granite otter hums loudly',
    oldPassword: 'violet harbor sings quietly',
    os: 'linux',
    osVersion: 'Debian GNU/Linux 12',
    password: 'granite otter hums loudly',
    platform: 'linux-x64',
    productId: EXAMPLE_ID,
    publicKey: '-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n',
    replyTo: 'support@example.com',
    releaseVersion: '2.4.0',
    role: 'user',
    subject: 'Your license',
    subscriptionInterval: 'P1Y',
    interval: 'P1Y',
    status: 'ACTIVE',
    type: 'node-locked',
    url: 'https://downloads.example.com/app-2.4.0.tar.gz',
    value: 'gold',
    userHash: '',
    version: '2.4.0',
    vmName: '',
  }),
)

const BY_FORMAT: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    uuid: EXAMPLE_ID,
    'date-time': MOMENT,
    date: '2027-01-31',
    email: 'jane@example.com',
    uri: 'https://example.com/',
  }),
)

interface Options {
  /** The document's components, for references. */
  schemas: Readonly<Record<string, JsonSchema>>
  /** For bodies only the required members; for answers all of them. */
  requiredOnly?: boolean
}

/** A body that the route accepts: its required members, and what a refinement demands besides (one of two names, say). */
export function exampleBody(body: z.ZodType, schema: JsonSchema, schemas: Options['schemas']): unknown {
  const example = exampleOf(schema, { schemas, requiredOnly: true })
  const result = body.safeParse(example)
  if (result.success || example === null || typeof example !== 'object') return example
  const asked = result.error.issues.flatMap(({ path: [name] }) =>
    typeof name === 'string' && schema.properties?.[name] ? [name] : [],
  )
  const added = asked.map((name) => [name, exampleOf(schema.properties?.[name] ?? {}, { schemas }, name)])
  return { ...example, ...Object.fromEntries(added) }
}

/** A value that the schema describes: its own example, else one made up from names, formats and bounds. */
export function exampleOf(schema: JsonSchema, options: Options, name = ''): unknown {
  const own = Array.isArray(schema.examples) ? schema.examples[0] : schema.example
  if (own !== undefined) return own
  if (schema.$ref) {
    return exampleOf(options.schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}, options, name)
  }
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.type === 'null') return null
  const parts = schema.anyOf ?? (Array.isArray(schema.oneOf) ? (schema.oneOf as JsonSchema[]) : undefined)
  if (parts) return exampleOf(parts.find(({ type }) => type !== 'null') ?? {}, options, name)
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, options, name)))
  switch ([schema.type].flat().find((type) => type !== 'null') ?? (schema.properties ? 'object' : 'any')) {
    case 'object':
      return exampleObject(schema, options)
    case 'array':
      return exampleList(schema, options, name)
    case 'integer':
    case 'number':
      return exampleNumber(schema)
    case 'boolean':
      return true
    default:
      return exampleText(schema, name)
  }
}

function exampleObject(schema: JsonSchema, options: Options): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {})
  const required = properties.filter(([name]) => schema.required?.includes(name))
  const chosen = options.requiredOnly
    ? required.length > 0
      ? required
      : properties.filter(([, property]) => !property.deprecated).slice(0, 1)
    : properties
  return Object.fromEntries(chosen.map(([name, property]) => [name, exampleOf(property, options, name)]))
}

/** Lists that can hold nothing are empty. */
function exampleList(schema: JsonSchema, options: Options, name: string): unknown[] {
  const { items } = schema
  if (!items || (items.not && Object.keys(items).length === 1)) return []
  return [exampleOf(items, options, name.replace(/s$/, ''))]
}

function exampleNumber({ minimum, exclusiveMinimum }: JsonSchema): number {
  const least =
    typeof minimum === 'number' ? minimum : typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : 1
  return Math.max(1, least)
}

function exampleText(schema: JsonSchema, name: string): unknown {
  if (schema.format && BY_FORMAT.get(schema.format)) return BY_FORMAT.get(schema.format)
  return BY_NAME.get(name) ?? 'text'
}
