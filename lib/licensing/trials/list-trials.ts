import { and, eq } from 'drizzle-orm'
import { trialActivations } from '#db/schema/trials.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { trialConditions, trialListFields } from './trial-conditions.ts'
import { type TrialActivationDto, toTrialDto } from './trial-dto.ts'

/** Trials, oldest first unless sorted otherwise. */
export async function listTrials(
  ctx: Authorized<'trialActivation:read'>,
  input: ListInput,
): Promise<Page<TrialActivationDto>> {
  const now = ctx.clock.now()
  const where = and(eq(trialActivations.accountId, ctx.accountId), trialConditions(input, now))
  const page = await paginateTable(ctx.db, trialActivations, { fields: trialListFields, input, where })
  return page.map((row) => toTrialDto(row, now))
}
