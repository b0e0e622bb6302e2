import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { Db } from '#db/client.ts'

/** One command of the command line. */
export interface Command {
  /** One or two words. */
  name: string
  usage: string
  summary: string
  /** False: it runs whether or not SECRET_KEY is the one that the database was written with. */
  comparesSecretKey?: false
  /** True: it is about the whole installation, and `--account` has no meaning for it. */
  wholeInstallation?: true
  /** Answers the exit code. */
  run(args: string[], at: CommandContext): Promise<number>
}

export interface CommandContext {
  db: Db
  now: Date
  /** The account that `--account` names, by alias or id; undefined without it. */
  named: string | undefined
  /** The account to work on: the named one, else the installation's first, which is made where there is none. */
  account(): Promise<string>
}

/**
 * Takes `--account A` out of a command line, wherever it stands.
 * @throws UsageError when it names nothing, or twice
 */
export function takeAccount(args: readonly string[]): { rest: string[]; asked: string | undefined } {
  const rest: string[] = []
  const asked: string[] = []
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? ''
    if (arg === '--account') {
      at += 1
      asked.push(args[at] ?? '')
    } else if (arg.startsWith('--account=')) asked.push(arg.slice('--account='.length))
    else rest.push(arg)
  }
  if (asked.length > 1) throw new UsageError('--account is given twice.')
  if (asked[0] !== undefined && (asked[0].trim() === '' || asked[0].startsWith('--'))) {
    throw new UsageError('--account: the alias or id of an account is expected.')
  }
  return { rest, asked: asked[0] }
}

/** A command line that cannot be understood; exit code 2. */
export class UsageError extends Error {}

/**
 * Parses a command's options and positional arguments.
 * @throws UsageError for unknown options
 */
export function parseOptions<const T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** @throws UsageError naming the option */
export function required(value: string | undefined, option: string): string {
  if (!value) throw new UsageError(`${option} is missing.`)
  return value
}
