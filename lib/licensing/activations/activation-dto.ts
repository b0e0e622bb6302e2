import { z } from 'zod'
import { isoDate } from '#lib/core/input/fields.ts'
import { countryName } from '../geo/country-of.ts'
import type { ActivationMeter } from '../meters/meter-columns.ts'
import type { Activation } from './activation-token.ts'

/** Where a device was last heard from. Only the country is known; the rest is empty. */
export const LocationDto = z.object({
  ipAddress: z.string(),
  countryCode: z.string(),
  countryName: z.string(),
  regionCode: z.string(),
  regionName: z.string(),
  city: z.string(),
  zipCode: z.string(),
  timeZone: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
})

/** What a device reports about itself. No permission depends on it. */
export const DeviceMetadataDto = z.object({
  id: z.uuid(),
  createdAt: isoDate(),
  updatedAt: isoDate(),
  key: z.string(),
  value: z.string(),
})

/** A device as operators, machines and its owner see it (contract §4.6). */
export const ActivationDto = z.object({
  id: z.uuid(),
  createdAt: isoDate(),
  updatedAt: isoDate(),
  /** What its owner calls it; empty = the host's name. */
  name: z.string(),
  os: z.string(),
  osVersion: z.string(),
  hostname: z.string(),
  location: LocationDto,
  vmName: z.string(),
  container: z.boolean(),
  offline: z.boolean(),
  appVersion: z.string(),
  releaseVersion: z.string(),
  productId: z.uuid(),
  licenseId: z.uuid(),
  /** What the device was last told. */
  expiresAt: isoDate().nullable(),
  leaseExpiresAt: isoDate().nullable(),
  lastSyncedAt: isoDate(),
  metadata: z.array(DeviceMetadataDto),
  meterAttributes: z.array(z.object({ name: z.string(), uses: z.int() })),
  /** Only where `include` names it. */
  user: z
    .object({
      id: z.uuid(),
      name: z.string(),
      firstName: z.string(),
      lastName: z.string(),
      email: z.string().nullable(),
      company: z.string(),
    })
    .nullable()
    .optional(),
  /** Only where `include` names it. */
  organization: z.object({ id: z.uuid(), name: z.string(), email: z.string() }).nullable().optional(),
})
export type ActivationDto = z.infer<typeof ActivationDto>

/** A row as a DTO; `meters` are its counts. */
export function toActivationDto(row: Activation, meters: readonly ActivationMeter[] = []): ActivationDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    os: row.os,
    osVersion: row.osVersion,
    hostname: row.hostname,
    location: toLocationDto(row),
    vmName: row.vmName,
    container: row.container,
    offline: row.offline,
    appVersion: row.appVersion,
    releaseVersion: row.releaseVersion,
    productId: row.productId,
    licenseId: row.licenseId,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    leaseExpiresAt: row.leaseExpiresAt?.toISOString() ?? null,
    lastSyncedAt: row.lastSyncedAt.toISOString(),
    metadata: row.metadata.map(({ viewPermissions: _viewPermissions, ...entry }) => entry),
    meterAttributes: meters.map(({ name, uses }) => ({ name, uses })),
  }
}

/** An address and its country in a DTO. */
export function toLocationDto({ ip, countryCode }: Pick<Activation, 'ip' | 'countryCode'>) {
  return {
    ipAddress: ip ?? '',
    countryCode: countryCode ?? '',
    countryName: countryName(countryCode),
    regionCode: '',
    regionName: '',
    city: '',
    zipCode: '',
    timeZone: '',
    latitude: null,
    longitude: null,
  }
}

export const ActivationTokenDto = z.object({
  activationToken: z.string().meta({ description: 'JWT, RS256, signed with the product’s newest key' }),
  featureEntitlementsToken: z.string().optional().meta({
    description:
      'JWT, RS256, signed with the same key: iat, aid, lid, pid (of the activation token) and entitlements: [{ featureName, featureDisplayName, value, expiresAt }], expiresAt in unix seconds, 0 = as long as the license. Absent where the license has no entitlements.',
  }),
})
export type ActivationTokenDto = z.infer<typeof ActivationTokenDto>
