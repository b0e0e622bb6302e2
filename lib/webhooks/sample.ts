import type { z } from 'zod'
import { type JsonSchema, toJsonSchema } from '../http/json-schema.ts'

const ID = '0199a3c4-1f00-7000-8000-0000000000a1'
const AT = '2027-01-31T12:00:00.000Z'

/** What fields are called says what stands in them. */
const BY_NAME: Record<string, unknown> = {
  key: '7F3A01-9BC2D4-0E5F6A-1B2C3D-4E5F60-718293',
  name: 'Drawing Board',
  displayName: 'Drawing Board',
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@example.com',
  company: 'Analytical Engines Ltd',
  role: 'user',
  hostname: 'ada-workstation',
  os: 'linux',
  osVersion: 'Debian GNU/Linux 13 (trixie)',
  appVersion: '2.4.1',
  releaseVersion: '2.4.1',
  currentReleaseVersion: '2.4.1',
  maxAllowedReleaseVersion: '3.0.0',
  ipAddress: '192.0.2.17',
  countryCode: 'GB',
  countryName: 'United Kingdom',
  city: 'London',
  notes: '',
  banReason: null,
  bannedAt: null,
  banned: false,
  suspended: false,
  revoked: false,
  suspendedBy: [],
  revokedBy: [],
  subscriptionInterval: 'P1Y',
  publicKey: '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A…\n-----END PUBLIC KEY-----\n',
}

/** An example of what a schema describes, always the same. Parsing it with the schema gives it back. */
export function sampleOf(schema: z.ZodType): unknown {
  const components: Record<string, JsonSchema> = {}
  const described = toJsonSchema(schema, 'output', components)
  return schema.parse(build(described, components, ''))
}

function build(schema: JsonSchema, components: Record<string, JsonSchema>, name: string): unknown {
  if (schema.$ref) return build(components[schema.$ref.split('/').at(-1) ?? ''] ?? {}, components, name)
  if (schema.const !== undefined) return schema.const
  const [choice] = schema.anyOf ?? schema.allOf ?? []
  if (Object.hasOwn(BY_NAME, name) && fits(schema, BY_NAME[name])) return BY_NAME[name]
  if (choice) return build(choice, components, name)
  // The last one is the ordinary one: lists of states begin with the worst.
  if (schema.enum) return schema.enum.at(-1)
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([member, of]) => [
          member,
          build(of, components, member),
        ]),
      )
    case 'array':
      return schema.items && !('not' in schema.items) ? [build(schema.items, components, '')] : []
    case 'integer':
    case 'number':
      return typeof schema.minimum === 'number' && schema.minimum > 1 ? schema.minimum : 1
    case 'boolean':
      return false
    case 'string':
      return textOf(schema)
    default:
      return null
  }
}

function textOf({ format }: JsonSchema): string {
  if (format === 'uuid') return ID
  if (format === 'date-time') return AT
  if (format === 'email') return 'ada@example.com'
  if (format === 'uri') return 'https://example.com/'
  return 'text'
}

function fits(schema: JsonSchema, value: unknown): boolean {
  const types = [schema, ...(schema.anyOf ?? [])].flatMap(({ type }) => type ?? [])
  if (value === null) return types.includes('null')
  if (Array.isArray(value)) return types.includes('array')
  return types.includes(typeof value) && !schema.enum && !schema.format
}
