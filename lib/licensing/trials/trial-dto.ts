import { z } from 'zod'
import type { trialActivations } from '#db/schema/trials.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { DeviceMetadataDto, LocationDto, toLocationDto } from '../activations/activation-dto.ts'

export type Trial = typeof trialActivations.$inferSelect

/** A device's trial of a product as operators and machines see it (contract §4.7). */
export const TrialActivationDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
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
    expiresAt: isoDate(),
    expired: z.boolean(),
    metadata: z.array(DeviceMetadataDto),
  })
  .meta({ id: 'TrialActivation' })
export type TrialActivationDto = z.output<typeof TrialActivationDto>

export function toTrialDto(row: Trial, now: Date): TrialActivationDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
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
    expiresAt: row.expiresAt.toISOString(),
    expired: row.expiresAt <= now,
    metadata: row.metadata.map(({ viewPermissions: _viewPermissions, ...entry }) => entry),
  }
}
