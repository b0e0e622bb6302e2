import { sqlClient } from '#db/client.ts'

/** Everything that is stored for an account as one text, but what counts callers: the same before and after a refusal. */
export async function storedRows(accountId: string): Promise<string> {
  const tables = await sqlClient()<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'account_id' order by 1`
  const parts = []
  for (const { name } of tables) {
    const rows = await sqlClient()`
      select (to_jsonb(t) - 'last_used_at' - 'last_seen_at')::text as row from ${sqlClient()(name)} t
      where account_id = ${accountId} order by 1`
    parts.push(name, ...rows.map(({ row }) => String(row)))
  }
  return parts.join('\n')
}
