import { and, eq } from 'drizzle-orm'
import { trialActivations } from '#db/schema/trials.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { sortToSql } from '../list/to-sql.ts'
import { trialConditions } from './trial-conditions.ts'
import { type TrialActivationDto, toTrialDto } from './trial-dto.ts'
import { trialListFields } from './trial-list-fields.ts'

/** Trials, oldest first unless sorted otherwise. */
export async function listTrials(
  ctx: Authorized<'trialActivation:read'>,
  input: ListInput,
): Promise<Page<TrialActivationDto>> {
  const now = ctx.clock.now()
  const where = and(eq(trialActivations.accountId, ctx.accountId), trialConditions(input, now))
  const [total, rows] = await Promise.all([
    ctx.db.$count(trialActivations, where),
    ctx.db
      .select()
      .from(trialActivations)
      .where(where)
      .orderBy(...sortToSql(trialListFields, input.sort, trialActivations))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
  ])
  return new Page(
    rows.map((row) => toTrialDto(row, now)),
    { total, page: input.page, limit: input.limit },
  )
}
