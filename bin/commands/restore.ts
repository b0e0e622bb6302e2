import { sqlClient } from '#db/client.ts'
import { createStandInSchema } from '#emulator/storage/postgres.ts'
import { restoreDatabase } from '#lib/backup/restore-database.ts'
import { type Command, parseOptions, required } from '../command.ts'

/** `restore FILE [--force]` */
export const restore: Command = {
  name: 'restore',
  usage: 'restore FILE [--force]',
  summary: 'fills an empty database from FILE; --force replaces what is there',
  async run(args) {
    const { values, positionals } = parseOptions(args, { force: { type: 'boolean', default: false } })
    const file = required(positionals[0], 'FILE')
    // A backup made in test mode holds the stand-in's tables, which only a first start would create.
    await createStandInSchema(sqlClient())
    await restoreDatabase(sqlClient(), file, { force: values.force })
    process.stdout.write(`Restored from ${file}.\n`)
    return 0
  },
}
