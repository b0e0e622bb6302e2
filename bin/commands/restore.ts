import { sqlClient } from '#db/client.ts'
import { openKeyStore } from '#lib/core/key-store/lasting-keys.ts'
import { restoreDatabase } from '#lib/ops/backup/restore-database.ts'
import { createEmulatorSchema } from '#server/emulator-storage/postgres.ts'
import { type Command, parseOptions, required } from '../command.ts'

/** `restore FILE [--force]` */
export const restore: Command = {
  name: 'restore',
  usage: 'restore FILE [--force]',
  // The present data is replaced, so only the backup must belong to this SECRET_KEY. That is checked before anything changes.
  comparesSecretKey: false,
  summary: 'fills an empty database from FILE; --force replaces what is there',
  wholeInstallation: true,
  async run(args) {
    const { values, positionals } = parseOptions(args, { force: { type: 'boolean', default: false } })
    const file = required(positionals[0], 'FILE')
    // A backup made in test mode holds the emulator's tables, which only a first start would create.
    await createEmulatorSchema(sqlClient())
    await restoreDatabase(sqlClient(), file, { force: values.force })
    // One from before there were canaries gets its own now.
    await openKeyStore()
    process.stdout.write(`Restored from ${file}.\n`)
    return 0
  },
}
