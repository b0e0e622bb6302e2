import type { Sql } from 'postgres'

export async function sync(_sql: Sql, _accountId: string, _id: string, _asked: unknown): Promise<unknown> {
  return {}
}
