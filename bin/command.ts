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
  /** Answers the exit code. */
  run(args: string[], at: { db: Db; now: Date }): Promise<number>
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
