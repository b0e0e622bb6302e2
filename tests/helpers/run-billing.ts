import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { databaseUrl } from '#db/client.ts'
import type { CrashPoint } from '#lib/core/crash-point.ts'
import type { BillingWorld } from './billing-world.ts'

/** Runs the helper process of `billing-process.ts` beside a world; resolves with how it ended. */
export async function runBilling(
  world: BillingWorld,
  what: 'work' | 'receive' | 'buy',
  crashAt: CrashPoint | undefined,
  { input = '', args = [] }: { input?: string; args?: string[] } = {},
) {
  const script = join(import.meta.dirname, 'billing-process.ts')
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, what, databaseUrl(), ...args],
    {
      env: { ...process.env, LICENSING_API_URL: world.origin, ...(crashAt && { CRASH_AT: crashAt }) },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  child.stdin.end(input)
  const [output, problems, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { output, problems, code, signal }
}
