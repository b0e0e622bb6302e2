import { authorize } from '#lib/core/authorize.ts'
import { consoleContext } from '#lib/core/system-context.ts'
import { reencrypt } from '#lib/ops/key-rotation/reencrypt.ts'
import { ensureFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import type { Command } from '../command.ts'

/** `key reencrypt`: exit code 1 while a value needs an older entry of SECRET_KEY or none opens it. */
export const keyReencrypt: Command = {
  name: 'key reencrypt',
  usage: 'key reencrypt',
  summary: 'rewrites everything sealed under an older SECRET_KEY under the current one',
  wholeInstallation: true,
  async run(_args, { db, now }) {
    const ctx = authorize(consoleContext(await ensureFirstAccount(db, now)), 'system:work')
    const { rewritten, unreadable, needed } = await reencrypt(ctx)
    for (const [column, count] of Object.entries(rewritten)) process.stdout.write(`${column}: ${count}\n`)
    for (const { table, column, row } of unreadable) {
      process.stderr.write(`${table} ${row}: ${column} cannot be read with any entry of SECRET_KEY.\n`)
    }
    if (needed.length > 0) {
      process.stderr.write(
        'Not done: a process without the new SECRET_KEY wrote meanwhile. Give every process the new list, then run this again. Keep the old entries until then.\n',
      )
    } else if (unreadable.length > 0) {
      process.stderr.write('Not done: these values need an entry of SECRET_KEY that is not given.\n')
    } else {
      process.stdout.write('Done: SECRET_KEY needs its first entry alone.\n')
    }
    return needed.length + unreadable.length > 0 ? 1 : 0
  },
}
