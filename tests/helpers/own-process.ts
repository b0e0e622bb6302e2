import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

export interface ProcessResult {
  code: number | null
  stdout: string
  stderr: string
}

/**
 * Runs one of the product's programs (`bin/latchkey.ts`, `server/main.ts`) to its end, as a process of its own with nothing in
 * its environment but what is given, and what makes it start faster.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<ProcessResult> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, program), ...args],
    {
      cwd: root,
      env: {
        NODE_ENV: 'test',
        PATH,
        HOME,
        ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const result: ProcessResult = { code: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    result.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    result.stderr += text
  })
  const [code] = await once(child, 'close')
  return { ...result, code: typeof code === 'number' ? code : null }
}

/** A command of the command line on a database of its own. */
export function latchkey(at: { url: string; secretKey: string }, ...args: string[]): Promise<ProcessResult> {
  return runProgram('bin/latchkey.ts', args, {
    DATABASE_URL: at.url,
    SECRET_KEY: at.secretKey,
    BILLING_MODE: 'off',
    LOG_LEVEL: 'silent',
  })
}
