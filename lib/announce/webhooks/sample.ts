import type { z } from 'zod'
import { derivedId } from '#lib/core/ids.ts'
import { type JsonSchema, toJsonSchema } from '#lib/core/input/json-schema.ts'

const AT = '2027-01-31T12:00:00.000Z'

/** Sample values by field name. `kind.field` overrides a value for one kind of object. */
const VALUES: ReadonlyMap<string, unknown> = new Map(
  Object.entries<unknown>({
    key: '7F3A01-9BC2D4-0E5F6A-1B2C3D-4E5F60-718293',
    name: 'Drawing Board',
    displayName: 'Drawing Board',
    description: 'Draws boards.',
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@example.com',
    company: 'Analytical Engines Ltd',
    role: 'user',
    roles: ['user'],
    'user.name': 'Ada Lovelace',
    'organization.name': 'Analytical Engines Ltd',
    'organization.email': 'office@example.com',
    'reseller.name': 'Example Resellers',
    'reseller.email': 'sales@reseller.example',
    'activation.name': "Ada's workstation",
    'organization.description': '',
    'files.name': 'drawing-board-2.4.1.tar.gz',
    size: 48_318_382,
    checksum: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    'release.name': 'Drawing Board 2.4.1',
    'release.platforms': ['linux', 'windows'],
    'productVersion.name': 'pro',
    'productVersion.displayName': 'Professional',
    'entitlementSet.name': 'pro',
    'entitlementSet.displayName': 'Professional',
    'entitlements.name': 'export',
    'entitlements.displayName': 'Export',
    'entitlements.value': 'pdf',
    featureName: 'export',
    featureDisplayName: 'Export',
    value: 'pdf',
    'metadata.key': 'order',
    'metadata.value': '1001',
    'meterAttributes.name': 'pages',
    hostname: 'ada-workstation',
    os: 'linux',
    osVersion: 'Debian GNU/Linux 13 (trixie)',
    vmName: '',
    appVersion: '2.4.1',
    releaseVersion: '2.4.1',
    version: '2.4.1',
    currentReleaseVersion: '2.4.1',
    maxAllowedReleaseVersion: '3.0.0',
    channel: 'stable',
    platform: 'linux',
    extension: 'tar.gz',
    ipAddress: '192.0.2.17',
    countryCode: 'GB',
    countryName: 'United Kingdom',
    regionCode: 'ENG',
    regionName: 'England',
    country: 'GB',
    state: 'England',
    city: 'London',
    zipCode: 'SW1A 1AA',
    postalCode: 'SW1A 1AA',
    addressLine1: '12 St James’s Square',
    addressLine2: '',
    timeZone: 'Europe/London',
    latitude: 51.5,
    longitude: -0.14,
    notes: '',
    type: 'node-locked',
    fingerprintMatchingStrategy: 'exact',
    subscriptionInterval: 'P1Y',
    subscriptionStartTrigger: 'creation',
    expirationStrategy: 'immediate',
    leasingStrategy: 'per-machine',
    allowedActivations: 3,
    allowedDeactivations: -1,
    allowedFloatingClients: 0,
    totalDeactivations: 0,
    leaseDuration: -1,
    validity: 31_536_000,
    serverSyncInterval: 86_400,
    serverSyncGracePeriod: 1_209_600,
    allowedClockOffset: 3_600,
    expiringSoonEventOffset: 1_209_600,
    expiryGracePeriod: 0,
    heartbeatWindow: 0,
    deviceSwapCooldown: 0,
    deviceSwapsPerYear: -1,
    allowVmActivation: true,
    allowContainerActivation: true,
    allowCustomerPortalAccess: true,
    published: true,
    allowedUses: 1000,
    totalUses: 12,
    grossUses: 12,
    uses: 12,
    expiresAt: '2028-01-31T12:00:00.000Z',
    maintenanceExpiresAt: '2028-01-31T12:00:00.000Z',
    effectiveAt: null,
    expiryHeldUntil: null,
    leaseExpiresAt: null,
    bannedAt: null,
    banReason: null,
    allowedIpRange: null,
    publicKey: '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A…\n-----END PUBLIC KEY-----\n',
  }),
)

/** A sample that satisfies the schema, always the same. `kind` is the kind of object: `license`. */
export function sampleOf(schema: z.ZodType, kind: string): unknown {
  const components: Record<string, JsonSchema> = {}
  const described = toJsonSchema(schema, 'output', components)
  return schema.parse(build(described, components, { kind, name: '' }))
}

/** Where in the example: the kind of object, and the field of it. */
interface Place {
  kind: string
  name: string
}

function build(schema: JsonSchema, components: Record<string, JsonSchema>, place: Place): unknown {
  const { kind, name } = place
  if (schema.$ref) return build(components[schema.$ref.split('/').at(-1) ?? ''] ?? {}, components, place)
  if (schema.const !== undefined) return schema.const
  for (const known of [`${kind}.${name}`, name]) {
    if (VALUES.has(known) && fits(schema, VALUES.get(known))) return VALUES.get(known)
  }
  const [choice] = schema.anyOf ?? schema.allOf ?? []
  if (choice) return build(choice, components, place)
  // The last one is the usual one: lists of states begin with the worst.
  if (schema.enum) return schema.enum.at(-1)
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([member, of]) => [
          member,
          build(of, components, { kind: name || kind, name: member }),
        ]),
      )
    case 'array': {
      const isListOfObjects = schema.items?.type === 'object' || schema.items?.$ref !== undefined
      return schema.items && isListOfObjects ? [build(schema.items, components, place)] : []
    }
    case 'integer':
    case 'number':
      return typeof schema.minimum === 'number' && schema.minimum > 1 ? schema.minimum : 1
    case 'boolean':
      return false
    case 'string':
      return textOf(schema, place)
    default:
      return null
  }
}

/** `productId` and the `id` of `product` are one id; `licensePolicyId` is an old name of `licenseTemplateId`. */
function textOf({ format }: JsonSchema, { kind, name }: Place): string {
  if (format === 'uuid')
    return derivedId(
      'sample',
      name === 'id' ? kind : name.replace(/Id$/, '').replace(/^licensePolicy$/, 'licenseTemplate'),
    )
  if (format === 'date-time') return AT
  if (format === 'email') return 'ada@example.com'
  if (format === 'uri') return 'https://example.com/'
  return ''
}

function fits(schema: JsonSchema, value: unknown): boolean {
  const types = [schema, ...(schema.anyOf ?? [])].flatMap(({ type }) => type ?? [])
  if (schema.enum) return schema.enum.includes(value)
  if (value === null) return types.includes('null')
  if (Array.isArray(value)) return types.includes('array')
  if (typeof value === 'number')
    return types.includes('number') || (types.includes('integer') && Number.isInteger(value))
  return types.includes(typeof value)
}
