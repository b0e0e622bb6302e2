import { sqlClient } from '#db/client.ts'
import { backupDatabase } from '#lib/ops/backup/backup-database.ts'
import { type Command, parseOptions, required } from '../command.ts'

/** `backup FILE` */
export const backup: Command = {
  name: 'backup',
  usage: 'backup FILE',
  summary: 'writes the whole database to FILE, also while the server runs',
  wholeInstallation: true,
  async run(args) {
    const file = required(parseOptions(args, {}).positionals[0], 'FILE')
    await backupDatabase(sqlClient(), file)
    process.stdout.write(
      `Saved to ${file}. Keep SECRET_KEY too, apart from it: without that key nobody can read the backup, with it anybody.\n`,
    )
    return 0
  },
}
