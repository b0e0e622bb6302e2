import { createHash } from 'node:crypto'
import type { Sql, TransactionSql } from 'postgres'
import { newId } from '#lib/core/ids.ts'
import { keyLookUp } from '#lib/licensing/licenses/license-key.ts'
import { signToken } from './sign.ts'
import {
  activationMeters,
  factColumns,
  factJoins,
  licenseMeters,
  type Row,
  seatsTaken,
} from './statements.ts'

/** Takes one device of a license, with its log, its audit row and its token. */
export async function activate(sql: Sql, accountId: string, asked: Row): Promise<unknown> {
  const facts = await sql.begin((tx) => take(tx, accountId, asked))
  return signToken(sql, accountId, { ...facts, key: asked.key })
}

async function take(sql: TransactionSql, accountId: string, asked: Row): Promise<Row> {
  const [facts] = await sql<Row[]>`
    select ${factColumns(sql)} from licenses l ${factJoins(sql)}
    where l.account_id = ${accountId} and l.key_hash in (${keyLookUp(String(asked.key))}) for update of l`
  if (!facts) throw new Error('there is no such license')
  const now = new Date().toISOString()
  const licenseId = String(facts.id)
  const [places] = await sql<Row[]>`
    select a.*, ${activationMeters(sql)}, ${licenseMeters(sql)}, ${seatsTaken(sql, now)}
    from licenses l left join activations a
      on a.account_id = l.account_id and a.license_id = l.id and fingerprint_hash(a.fingerprint) = fingerprint_hash(${String(asked.fingerprint)})
        and a.instance_id = ${''} and (not l.user_locked or a.user_hash = ${''})
    where l.account_id = ${accountId} and l.id = ${licenseId}
    order by a.user_hash = ${''} desc, a.created_at limit 1`
  const activation = {
    account_id: accountId,
    id: newId(),
    license_id: licenseId,
    product_id: String(facts.product_id),
    fingerprint: String(asked.fingerprint),
    os: 'linux',
    os_version: '11',
    hostname: 'workstation',
    app_version: '4.2.0',
    client_version: '4.28.0',
    ip: '127.0.0.1',
    last_synced_at: now,
    created_at: now,
    updated_at: now,
  }
  const userId = facts.user_id === null ? null : String(facts.user_id)
  const inserted = sql`insert into activations ${sql(activation)}`.execute()
  if (userId)
    await sql`select sealed_key from user_keys where account_id = ${accountId} and user_id = ${userId}`
  await Promise.all([inserted, writeLog(sql, userId, activation)])
  await writeEvent(sql, userId, activation)
  return { ...facts, ...places, id: licenseId, activation_id: activation.id, fingerprint: asked.fingerprint }
}

interface NewActivation {
  account_id: string
  id: string
  license_id: string
  product_id: string
  created_at: string
}

async function writeLog(
  sql: TransactionSql,
  userId: string | null,
  activation: NewActivation,
): Promise<void> {
  const entry = {
    account_id: activation.account_id,
    id: newId(),
    action: 'activate',
    activation_id: activation.id,
    license_id: activation.license_id,
    product_id: activation.product_id,
    os: 'linux',
    os_version: '11',
    hostname: 'sealed-text-of-about-that-length-and-no-more-than-that',
    vm_name: '',
    container: false,
    offline: false,
    app_version: '4.2.0',
    release_version: '',
    ip: 'sealed-text-of-about-that-length-and-no-more-than-that',
    country_code: null,
    user_id: userId,
    metadata: sql.json([]),
    created_at: activation.created_at,
  }
  await sql`insert into activation_logs ${sql(entry)}`
}

/** Chained like Latchkey's, under the lock of the chain's head. */
async function writeEvent(
  sql: TransactionSql,
  userId: string | null,
  activation: NewActivation,
): Promise<void> {
  const accountId = activation.account_id
  const [head] = await sql<Row[]>`
    select seq, hash,
      (exists (select 1 from webhooks where account_id = ${accountId} and active
          and events && string_to_array(${'activation.created'}::text, ' '))
        or exists (select 1 from automated_emails
          where account_id = ${accountId} and enabled and event = any (string_to_array(${'activation.created'}::text, ' '))))
    from event_log_heads where account_id = ${accountId} for update`
  const seq = Number(head?.seq) + 1
  const previousHash = String(head?.hash)
  const changes = {
    licenseId: activation.license_id,
    productId: activation.product_id,
    os: 'linux',
    appVersion: '4.2.0',
  }
  const hash = createHash('sha256')
    .update(JSON.stringify({ seq, previousHash, activation, changes }))
    .digest('hex')
  const entry = {
    account_id: accountId,
    id: newId(),
    seq,
    event: 'activation.created',
    resource: 'activation',
    resource_id: activation.id,
    user_id: userId,
    actor: 'visitor',
    ip: 'sealed-text-of-about-that-length-and-no-more-than-that',
    request_id: newId(),
    changes: sql.json(changes),
    created_at: activation.created_at,
    previous_hash: previousHash,
    hash,
  }
  await Promise.all([
    sql`insert into event_logs ${sql(entry)}`,
    sql`update event_log_heads set seq = ${seq}, hash = ${hash} where account_id = ${accountId}`,
  ])
}
