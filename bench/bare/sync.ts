import type { Sql } from 'postgres'
import { signToken } from './sign.ts'
import {
  activationMeters,
  factColumns,
  factJoins,
  licenseMeters,
  type Row,
  seatsTaken,
} from './statements.ts'

/** Exchanges a device's token for a fresh one. */
export async function sync(sql: Sql, accountId: string, id: string, asked: Row): Promise<unknown> {
  const now = new Date().toISOString()
  const [facts] = await sql<Row[]>`
    select a.*, a.id as activation_id, ${factColumns(sql)}, ${licenseMeters(sql)}, ${activationMeters(sql)},
      ${seatsTaken(sql, now)}
    from activations a join licenses l on l.account_id = a.account_id and l.id = a.license_id ${factJoins(sql)}
    where a.account_id = ${accountId} and a.id = ${id}`
  if (!facts) throw new Error('there is no such activation')
  const touched = sql`
    update activations
    set ip = ${'127.0.0.1'}, country_code = ${null}, offline = ${false}, expires_at = ${null}, lease_expires_at = ${null},
      last_synced_at = ${now}
    from (select set_config('synchronous_commit', 'off', true)) as soon
    where account_id = ${accountId} and id = ${id} returning id`
  const [token] = await Promise.all([signToken(sql, accountId, { ...facts, key: asked.key }), touched])
  return token
}
