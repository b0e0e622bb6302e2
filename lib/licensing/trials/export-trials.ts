import { and, eq, inArray } from 'drizzle-orm'
import { trialActivations } from '#db/schema/trials.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { csvForm } from '#lib/core/input/csv.ts'
import { afterPlace, byCreation, placeOf, readInChunks } from '#lib/core/list/chunks.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { trialConditions } from './trial-conditions.ts'
import { type TrialActivationDto, toTrialDto } from './trial-dto.ts'

/** The columns of an export of trials. */
export const trialCsv = csvForm<TrialActivationDto>('trial-activations', {
  id: (trial) => trial.id,
  productId: (trial) => trial.productId,
  createdAt: (trial) => trial.createdAt,
  expiresAt: (trial) => trial.expiresAt,
  expired: (trial) => trial.expired,
  os: (trial) => trial.os,
  osVersion: (trial) => trial.osVersion,
  hostname: (trial) => trial.hostname,
  ipAddress: (trial) => trial.location.ipAddress,
  countryCode: (trial) => trial.location.countryCode,
  vmName: (trial) => trial.vmName,
  container: (trial) => trial.container,
  offline: (trial) => trial.offline,
  appVersion: (trial) => trial.appVersion,
  releaseVersion: (trial) => trial.releaseVersion,
  metadata: (trial) =>
    JSON.stringify(Object.fromEntries(trial.metadata.map(({ key, value }) => [key, value]))),
})

/** Every trial that fits, oldest first, chunk by chunk. */
export function exportTrials(
  ctx: Authorized<'trialActivation:read'>,
  input: Pick<ListInput, 'filters' | 'query'>,
): AsyncIterable<TrialActivationDto[]> {
  const now = ctx.clock.now()
  const mine = eq(trialActivations.accountId, ctx.accountId)
  const where = and(mine, trialConditions(input, now))
  return readInChunks(
    (after, limit) =>
      ctx.db
        .select(placeOf(trialActivations))
        .from(trialActivations)
        .where(and(where, afterPlace(trialActivations, after)))
        .orderBy(...byCreation(trialActivations))
        .limit(limit),
    async (ids) => {
      const rows = await ctx.db
        .select()
        .from(trialActivations)
        .where(and(mine, inArray(trialActivations.id, ids)))
        .orderBy(...byCreation(trialActivations))
      return rows.map((row) => toTrialDto(row, now))
    },
  )
}
