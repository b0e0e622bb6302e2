import { sql } from 'drizzle-orm'
import { activationMeterAttributes, licenseMeterAttributes } from '#db/schema/license-parts.ts'

/** A license's counter, as tokens and increments need it. */
export interface LicenseMeter {
  id: string
  name: string
  /** -1 = any number. */
  allowedUses: number
  totalUses: number
  grossUses: number
  /** Uses are given back when their activation ends. */
  floating: boolean
  /** Whether applications see it. */
  visible: boolean
}

/** How much of a counter one activation used. */
export interface ActivationMeter {
  name: string
  uses: number
}

/** The counters of the row's license; for queries from `licenses`. */
export const licenseMetersColumn = sql<LicenseMeter[]>`(
  select coalesce(jsonb_agg(jsonb_build_object('id', lm.id, 'name', lm.name, 'allowedUses', lm.allowed_uses,
    'totalUses', lm.total_uses, 'grossUses', lm.gross_uses, 'floating', lm.floating,
    'visible', 'activation' = any (lm.view_permissions)) order by lm.name), '[]')
  from ${licenseMeterAttributes} as lm
  where lm.account_id = licenses.account_id and lm.license_id = licenses.id)`

/** What the row's activation used; for queries from `activations`. */
export const activationMetersColumn = sql<ActivationMeter[]>`(
  select coalesce(jsonb_agg(jsonb_build_object('name', am.name, 'uses', am.uses) order by am.name), '[]')
  from ${activationMeterAttributes} as am
  where am.account_id = activations.account_id and am.activation_id = activations.id)`
