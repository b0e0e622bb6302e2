import { type SQL, sql } from 'drizzle-orm'
import { activationMeterAttributes, licenseMeterAttributes } from '#db/schema/license-parts.ts'
import { activations } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'

/** Ending activations: by id, or all of a license whose lease is over. */
type Ending = { activationIds: readonly string[] } | { licenseId: string; leaseEndedBy: Date }

/**
 * Gives the uses of floating counters back when their activations end, in the open transaction and before the activations'
 * rows go. The licenses' rows must be locked.
 */
export async function giveBackUses(ctx: Ctx, ending: Ending): Promise<void> {
  if ('activationIds' in ending && ending.activationIds.length === 0) return
  await ctx.db.execute(sql`
    with given as (
      delete from ${activationMeterAttributes} as am
      using ${activations} as a, ${licenseMeterAttributes} as lm
      where am.account_id = ${ctx.accountId}
        and a.account_id = am.account_id and a.id = am.activation_id
        and lm.account_id = a.account_id and lm.license_id = a.license_id and lm.name = am.name and lm.floating
        and ${isEnding(ending)}
      returning lm.id, am.uses
    ), summed as (
      select id, sum(uses)::bigint as uses from given group by id
    )
    update ${licenseMeterAttributes} as lm
    set total_uses = greatest(0, lm.total_uses - summed.uses)
    from summed
    where lm.account_id = ${ctx.accountId} and lm.id = summed.id`)
}

function isEnding(ending: Ending): SQL {
  if ('activationIds' in ending) {
    return sql`a.id in (select jsonb_array_elements_text(${JSON.stringify(ending.activationIds)}::jsonb)::uuid)`
  }
  return sql`a.license_id = ${ending.licenseId} and a.lease_expires_at <= ${ending.leaseEndedBy.toISOString()}::timestamptz`
}
