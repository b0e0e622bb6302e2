import { sql } from 'drizzle-orm'
import { authorize } from '#lib/auth/authorize.ts'
import { consoleContext } from '#lib/auth/console-context.ts'
import { reencrypt } from '#lib/rotation/reencrypt.ts'
import type { Command } from '../command.ts'

/** `key reencrypt` */
export const keyReencrypt: Command = {
  name: 'key reencrypt',
  usage: 'key reencrypt',
  summary: 'rewrites everything sealed under an older SECRET_KEY under the current one',
  async run(_args, { db }) {
    const accounts = await db.execute<{ id: string }>(sql`select id from accounts order by created_at`)
    for (const { id } of accounts) {
      const rewritten = await reencrypt(authorize(consoleContext(id), 'system:work'))
      for (const [column, count] of Object.entries(rewritten)) process.stdout.write(`${column}: ${count}\n`)
    }
    return 0
  },
}
