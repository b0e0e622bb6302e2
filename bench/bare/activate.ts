import type { Sql } from 'postgres'

export async function activate(_sql: Sql, _accountId: string, _asked: unknown): Promise<unknown> {
  return {}
}
