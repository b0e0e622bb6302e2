import { type SQL, sql } from 'drizzle-orm'
import type { LookUpPurpose, Purpose } from '../crypto/keyring.ts'
import { tryOpen } from '../crypto/seal.ts'
import { canonicalSecret, canonicalTail } from '../typed-secret.ts'

/** A look-up column of a value: the HMAC of the value or of its `form`, cut to `length` hexadecimal characters. */
export interface LookUp {
  column: string
  purpose: LookUpPurpose
  form?: (text: string) => string
  length?: number
}

/** One column that holds values sealed under SECRET_KEY. */
export interface SealedColumn {
  table: string
  column: string
  purpose: Purpose
  /** What names a row, within its account where it has one. */
  key: readonly [string, ...string[]]
  /** What the seal binds a value to: the row's key, where that is one column. */
  bound?: (row: Omit<SealedRow, 'sealed'>) => string
  /** False where rows belong to the installation, not to an account. */
  ofAccount?: false
  /** Look-up columns, recomputed from the clear text; one that is null or empty stays so. */
  lookUps?: readonly LookUp[]
}

/** A value with what names its row. */
export type SealedRow = {
  accountId: string | null
  /** The values of the columns of its key. */
  names: string[]
  sealed: string
}

/** Length of the cut hash of a key's last characters, in hexadecimal characters of four bits. */
export const TAIL_HASH_LENGTH = 4

const KEY_LOOK_UPS: readonly LookUp[] = [
  { column: 'key_hash', purpose: 'license-key-look-up' },
  { column: 'key_canonical_hash', purpose: 'license-key-canonical-look-up', form: canonicalSecret },
]

/** Every column whose values are sealed under SECRET_KEY. Values under a user's own key are not listed; that key is. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'lasting_keys', column: 'sealed_key', purpose: 'lasting-key', key: ['id'], ofAccount: false },
  { table: 'signing_keys', column: 'sealed_private_pem', purpose: 'signing-key', key: ['id'] },
  {
    table: 'licenses',
    column: 'sealed_key',
    purpose: 'license-key',
    key: ['id'],
    lookUps: [
      ...KEY_LOOK_UPS,
      {
        column: 'key_tail',
        purpose: 'license-key-tail-look-up',
        form: canonicalTail,
        length: TAIL_HASH_LENGTH,
      },
    ],
  },
  {
    table: 'former_license_keys',
    column: 'sealed_key',
    purpose: 'license-key',
    key: ['id'],
    lookUps: KEY_LOOK_UPS,
  },
  { table: 'user_keys', column: 'sealed_key', purpose: 'user-key', key: ['user_id'] },
  { table: 'user_totp_secrets', column: 'sealed_secret', purpose: 'totp', key: ['user_id'] },
  { table: 'mails', column: 'sealed_to', purpose: 'mail', key: ['id'] },
  { table: 'mails', column: 'sealed_props', purpose: 'mail', key: ['id'] },
  { table: 'mails', column: 'sealed_content', purpose: 'mail', key: ['id'] },
  { table: 'webhooks', column: 'sealed_token', purpose: 'webhook-token', key: ['id'] },
  { table: 'webhook_deliveries', column: 'sealed_payload', purpose: 'webhook-payload', key: ['id'] },
  {
    table: 'idempotency_keys',
    column: 'answer',
    purpose: 'idempotent-answer',
    key: ['actor', 'key'],
    bound: ({ accountId, names }) => [accountId, ...names].join(' '),
  },
]

/** What a value of that row is bound to. */
export function boundTo(target: SealedColumn, row: SealedRow): string {
  return target.bound ? target.bound(row) : row.names.join(' ')
}

/** The value in clear; undefined where it cannot be read. */
export function readSealed(target: SealedColumn, row: SealedRow): string | undefined {
  return tryOpen(target.purpose, row.sealed, boundTo(target, row))
}

/** The columns of a `SealedRow`, to be selected from the column's table. */
export function rowColumns(target: SealedColumn): SQL {
  const account = target.ofAccount === false ? sql`null` : sql`account_id::text`
  const key = sql.join(
    target.key.map((name) => sql`${sql.identifier(name)}::text`),
    sql`, `,
  )
  return sql`${account} as "accountId", array[${key}] as names, ${sql.identifier(target.column)} as sealed`
}

/** The columns that name a row, in the order of its primary key. */
export function keyColumns(target: SealedColumn): SQL {
  return sql.join(
    [...(target.ofAccount === false ? [] : ['account_id']), ...target.key].map((name) =>
      sql.identifier(name),
    ),
    sql`, `,
  )
}

/** The values that name a row, in the same order. */
export function keyValues(target: SealedColumn, row: SealedRow): SQL {
  return sql.join(
    (target.ofAccount === false ? row.names : [row.accountId, ...row.names]).map((value) => sql`${value}`),
    sql`, `,
  )
}
