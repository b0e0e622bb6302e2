import '#lib/announce/listen.ts'
import { closeDatabase, configureDatabase, databaseUrl, db } from '#db/client.ts'
import { openEmbedded } from '#db/embedded.ts'
import { migrate } from '#db/migrate.ts'
import { clock } from '#lib/core/clock.ts'
import { EnvError, env } from '#lib/core/env.ts'
import { AppError } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { openKeyStore } from '#lib/core/key-store/lasting-keys.ts'
import { BackupError } from '#lib/ops/backup/format.ts'
import { readClock } from '#lib/ops/test-clock/test-clock.ts'
import { ensureFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import { resolveAccount } from '#lib/vendor/accounts/resolve-account.ts'
import { type Command, takeAccount, UsageError } from './command.ts'
import { accountCreate } from './commands/account-create.ts'
import { backup } from './commands/backup.ts'
import { doctor } from './commands/doctor.ts'
import { keyReencrypt } from './commands/key-reencrypt.ts'
import { keyRotate } from './commands/key-rotate.ts'
import { operatorCreate } from './commands/operator-create.ts'
import { patCreate } from './commands/pat-create.ts'
import { restore } from './commands/restore.ts'
import { seedDemoCommand } from './commands/seed-demo.ts'
import { verifyFileCommand } from './commands/verify-file.ts'

const COMMANDS: readonly Command[] = [
  operatorCreate,
  patCreate,
  accountCreate,
  seedDemoCommand,
  doctor,
  backup,
  restore,
  keyReencrypt,
  keyRotate,
  verifyFileCommand,
]

function usage(): string {
  const width = Math.max(...COMMANDS.map((command) => command.usage.length))
  const rows = COMMANDS.map((command) => `  ${command.usage.padEnd(width)}  ${command.summary}`)
  return `Usage: npm run -s latchkey -- COMMAND [--account ALIAS|ID]\n\n${rows.join('\n')}\n`
}

/** @throws UsageError */
async function accountNamed(asked: string): Promise<string> {
  return resolveAccount({
    accountAlias: asked,
    ...(isId(asked) && { accountId: asked.toLowerCase() }),
  }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'INVALID_ACCOUNT_ID') throw error
    throw new UsageError(`--account: there is no account "${asked}".`)
  })
}

async function main(given: string[]): Promise<number> {
  const { rest: args, asked: account } = takeAccount(given)
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, at) => args[at] === word))
  if (!command) {
    const asked = args.length === 0 || args[0] === 'help' || args[0] === '--help'
    process[asked ? 'stdout' : 'stderr'].write(usage())
    return asked ? 0 : 2
  }
  if (command.wholeInstallation && account !== undefined) {
    throw new UsageError(`${command.name} is about the whole installation: leave --account out.`)
  }
  const { embedded, DATA_DIR } = env()
  const postgres = embedded ? await openEmbedded({ dataDir: DATA_DIR }) : undefined
  try {
    if (postgres) configureDatabase(postgres.url, { max: 4 })
    await migrate(databaseUrl())
    if (command.comparesSecretKey !== false) await openKeyStore()
    await readClock(db())
    const named = account === undefined ? undefined : await accountNamed(account)
    const now = clock.now()
    return await command.run(args.slice(command.name.split(' ').length), {
      db: db(),
      now,
      named,
      account: async () => named ?? ensureFirstAccount(db(), now),
    })
  } finally {
    await closeDatabase()
    await postgres?.stop()
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const known =
      error instanceof AppError ||
      error instanceof BackupError ||
      error instanceof EnvError ||
      error instanceof UsageError
    process.stderr.write(`${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  },
)
