import { z } from 'zod'
import { isoDate } from '../http/fields.ts'
import type { Activation } from './activation-token.ts'

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
  location: z.object({ ipAddress: z.string(), countryCode: z.string() }),
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
  metadata: z.array(
    z.object({
      id: z.uuid(),
      createdAt: isoDate(),
      updatedAt: isoDate(),
      key: z.string(),
      value: z.string(),
    }),
  ),
  meterAttributes: z.array(z.object({ name: z.string(), uses: z.int() })),
})
export type ActivationDto = z.infer<typeof ActivationDto>

export function toActivationDto(row: Activation): ActivationDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    os: row.os,
    osVersion: row.osVersion,
    hostname: row.hostname,
    location: { ipAddress: row.ip ?? '', countryCode: row.countryCode ?? '' },
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
    meterAttributes: [],
  }
}
