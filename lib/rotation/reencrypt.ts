import { sql } from 'drizzle-orm'
import type { Authorized } from '../auth/authorize.ts'
import { derivedKeys, lookUpHash, type Purpose } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'

/** One sealed column: whose key, and which column ties a value to its row. */
interface SealedColumn {
  table: string
  column: string
  purpose: Purpose
  boundTo: string
  /** A look-up column that is recomputed from the clear text. */
  lookUp?: { column: string; purpose: Purpose }
}

const SEALED: readonly SealedColumn[] = [
  { table: 'signing_keys', column: 'sealed_private_pem', purpose: 'signing-key', boundTo: 'id' },
  {
    table: 'licenses',
    column: 'sealed_key',
    purpose: 'license-key',
    boundTo: 'id',
    lookUp: { column: 'key_hash', purpose: 'license-key-look-up' },
  },
  {
    table: 'former_license_keys',
    column: 'sealed_key',
    purpose: 'license-key',
    boundTo: 'id',
    lookUp: { column: 'key_hash', purpose: 'license-key-look-up' },
  },
  { table: 'user_keys', column: 'sealed_key', purpose: 'user-key', boundTo: 'user_id' },
  { table: 'user_totp_secrets', column: 'sealed_secret', purpose: 'totp', boundTo: 'user_id' },
  { table: 'mails', column: 'sealed_to', purpose: 'mail', boundTo: 'id' },
  { table: 'mails', column: 'sealed_props', purpose: 'mail', boundTo: 'id' },
  { table: 'mails', column: 'sealed_content', purpose: 'mail', boundTo: 'id' },
  { table: 'webhooks', column: 'sealed_token', purpose: 'webhook-token', boundTo: 'id' },
  { table: 'webhook_deliveries', column: 'sealed_payload', purpose: 'webhook-payload', boundTo: 'id' },
]

/** Rows rewritten in one transaction: short locks, and a run that is interrupted goes on where it stopped. */
const BATCH = 500

/**
 * Rewrites every ciphertext and look-up column that an older entry of SECRET_KEY wrote, so that the entry can be dropped.
 * Reads try every key meanwhile, so it runs beside a working server. Answers how many values it rewrote, by column.
 * @throws when a value's key is in no entry of SECRET_KEY
 */
export async function reencrypt(ctx: Authorized<'system:work'>): Promise<Record<string, number>> {
  const rewritten: Record<string, number> = {}
  for (const column of SEALED) {
    let count = 0
    for (let batch = await reencryptBatch(ctx, column); batch > 0; batch = await reencryptBatch(ctx, column))
      count += batch
    rewritten[`${column.table}.${column.column}`] = count
  }
  return rewritten
}

async function reencryptBatch(ctx: Authorized<'system:work'>, target: SealedColumn): Promise<number> {
  const current = derivedKeys(target.purpose)[0].kid
  const table = sql.identifier(target.table)
  const column = sql.identifier(target.column)
  const boundTo = sql.identifier(target.boundTo)
  return ctx.db.transaction(async (tx) => {
    const rows = await tx.execute<{ bound: string; sealed: string }>(sql`
      select ${boundTo} as bound, ${column} as sealed from ${table}
      where account_id = ${ctx.accountId} and ${column} is not null and not starts_with(${column}, ${`${current}.`})
      order by ${boundTo} limit ${BATCH} for update`)
    for (const { bound, sealed } of rows) {
      const text = open(target.purpose, sealed, bound)
      const lookUp = target.lookUp
        ? sql`, ${sql.identifier(target.lookUp.column)} = ${lookUpHash(target.lookUp.purpose, text)}`
        : sql``
      await tx.execute(sql`
        update ${table} set ${column} = ${seal(target.purpose, text, bound)}${lookUp}
        where account_id = ${ctx.accountId} and ${boundTo} = ${bound}`)
    }
    return rows.length
  })
}
