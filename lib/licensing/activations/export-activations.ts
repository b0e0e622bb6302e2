import { and, eq, inArray } from 'drizzle-orm'
import { activations } from '#db/schema/licenses.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { csvForm } from '#lib/core/input/csv.ts'
import { afterPlace, byCreation, placeOf, readInChunks } from '#lib/core/list/chunks.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { type ActivationDto, toActivationDto } from './activation-dto.ts'
import { activationConditions, answerColumns } from './select-activations.ts'

/** The columns of an export of activations. */
export const activationCsv = csvForm<ActivationDto>('activations', {
  id: (device) => device.id,
  licenseId: (device) => device.licenseId,
  productId: (device) => device.productId,
  name: (device) => device.name,
  hostname: (device) => device.hostname,
  os: (device) => device.os,
  osVersion: (device) => device.osVersion,
  vmName: (device) => device.vmName,
  container: (device) => device.container,
  offline: (device) => device.offline,
  appVersion: (device) => device.appVersion,
  releaseVersion: (device) => device.releaseVersion,
  ipAddress: (device) => device.location.ipAddress,
  countryCode: (device) => device.location.countryCode,
  createdAt: (device) => device.createdAt,
  updatedAt: (device) => device.updatedAt,
  lastSyncedAt: (device) => device.lastSyncedAt,
  expiresAt: (device) => device.expiresAt,
  leaseExpiresAt: (device) => device.leaseExpiresAt,
  metadata: (device) =>
    JSON.stringify(Object.fromEntries(device.metadata.map(({ key, value }) => [key, value]))),
  meterAttributes: (device) =>
    JSON.stringify(Object.fromEntries(device.meterAttributes.map(({ name, uses }) => [name, uses]))),
})

/** Every device that fits, oldest first, chunk by chunk. */
export function exportActivations(
  ctx: Authorized<'activation:read'>,
  input: Pick<ListInput, 'filters' | 'query'>,
): AsyncIterable<ActivationDto[]> {
  const where = activationConditions(ctx, input)
  return readInChunks(
    (after, limit) =>
      ctx.db
        .select(placeOf(activations))
        .from(activations)
        .where(and(where, afterPlace(activations, after)))
        .orderBy(...byCreation(activations))
        .limit(limit),
    async (ids) => {
      const rows = await ctx.db
        .select(answerColumns)
        .from(activations)
        .where(and(eq(activations.accountId, ctx.accountId), inArray(activations.id, ids)))
        .orderBy(...byCreation(activations))
      return rows.map((row) => toActivationDto(row, row.meters))
    },
  )
}
