import type { Sql, TransactionSql } from 'postgres'

/** Rows go out as they came in: nothing here knows what a column means. */
export type Row = Record<string, string | number | boolean | null>

export async function findAccount(sql: Sql, host: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select id from accounts
    order by coalesce(domain = ${host.replace(/:\d+$/, '')}, false) desc, created_at, id limit 1`
  return row?.id ?? ''
}

export async function findSigningKey(
  sql: Sql | TransactionSql,
  accountId: string,
  productId: string,
): Promise<Row> {
  const [row] = await sql<Row[]>`
    select id, public_pem, sealed_private_pem from signing_keys
    where account_id = ${accountId} and product_id = ${productId} and algorithm = 'RS256' and retired_at is null
    order by created_at desc, id desc limit 1`
  if (!row) throw new Error('the product has no key')
  return row
}
